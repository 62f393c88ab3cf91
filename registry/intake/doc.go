// Package intake reads the files that people have and turns their rows into candidates for the
// registry: buildings, divisions and features of the base map.
//
// It reads GeoJSON, GeoJSONSeq, OSM PBF, CSV and Shapefile, told apart by content, plain, gzipped or
// in a zip. It streams: memory does not grow with the file (for OSM PBF, only with what of it is
// wanted). A row that cannot be used becomes a [Reject] that says which row, which field and why, and
// reading goes on; only a file that cannot be read at all ends with an error. Nothing is written.
package intake
