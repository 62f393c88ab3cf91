// Package geo is the ground the registry stands on: footprints, grid cells, boundaries and the
// Chinese datums.
//
// Coordinates are WGS84 longitude, latitude in degrees (EPSG:4326), in that order, as float64.
// Registry coordinates are decimals of nine places of a degree (about 0.1 mm), so that a shape
// survives a round trip through GeoJSON unchanged. Edges are straight in longitude and latitude
// (RFC 7946). Lengths and areas are metres and square metres in a local plane at the shape's centre.
//
// Shapes are orb's inside the program; [ToGeom] and [FromGeom] are the seam to go-geom, the form in
// which they are stored.
package geo
