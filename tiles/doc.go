// Package tiles holds the town in memory and draws it as vector tiles.
//
// A Snapshot is the whole registry as far as a map needs it: columns of integers in Web Mercator,
// sorted along a Morton curve, with a packed tree over them. Readers take the present state through
// one atomic pointer and never wait. A change goes into a small overlay which is merged into fresh
// columns in the background. A Cache keeps encoded and compressed tiles and forgets exactly those that
// a change touches; it can be kept warm. Buildings are compressed by who knows what repeats in them (deflater), other layers
// by search.
//
// Beside the map it keeps how many live where: the totals of every building, their sums for every H3 cell at every
// resolution, and sums along the tree, so that a view of densities or the population of a zone is a matter of reading.
// All of them follow a change at once and add up always. What of it a reader may see comes with each question (Sees).
//
// The package knows geometry and time. It knows no SQL, no HTTP routing and no users.
//
// Units: lon,lat in degrees (WGS84) at the exported border; inside, world coordinates, where 2^32 is
// once around the Earth (9.3 mm at the equator) and y grows southwards; tile units, 4096 to a tile.
// Days are days since 1970-01-01.
package tiles
