// Package registry holds the nouns of a house-coding registry and the
// decisions about them, without a database, a clock or a network.
//
// A Building is a structure with one permanent Code. What is known of it is a
// Timeline: spans of valid time, each carrying the Facts that held then. The
// operations (Register, Correct, Transition, Retire, Void) take what is known
// and return what will be known, as a Change; storing a Change is the business
// of package registry/postgres.
//
// Two clocks run through everything. Valid time is when something was so in
// the world, counted in days (Date) of the registry's own time zone; recorded
// time is when the registry learned of it, an instant in UTC.
//
// Coordinates are longitude, latitude in WGS 84 (EPSG:4326), in degrees,
// decimals of nine places.
package registry
