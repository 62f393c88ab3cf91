// Package web is the HTTP side of Fangma: the API described by openapi.yaml,
// the tiles, the door plates and the embedded user interface.
//
// # A request, top to bottom
//
// Every route is one line of the table in routes.go: method, path, who may,
// which query parameters it knows, how large a body it takes, and the handler.
// The line decides before the handler runs; a line without a rule does not
// start. A handler is a method of *reading (which holds only the read-only
// store) or of *writing, reads its input with the types of decode.go and
// query.go, and returns an error. errors become problem+json (RFC 9457) in
// problem.go and nowhere else.
//
// # Adding a route
//
// Write the operation in openapi.yaml, add the line in routes.go, write the
// handler in the noun's file. The tests compare table and document, try every
// line with every role, and check every answer against the document.
//
// # The live map
//
// A Live follows the events committed by any process on the same database,
// keeps a tiles.Snapshot equal to the registry, and tells the open maps what
// changed. Tiles are served from it without asking the database.
package web
