package tiles

import (
	"fmt"
	"strconv"
)

// Layer is one of the tile sets that are served.
type Layer string

const (
	Buildings Layer = "buildings" // footprints; MVT layer "buildings"
	Basemap   Layer = "basemap"   // MVT layers "landuse", "green", "water", "rail", "roads"
	Zones     Layer = "zones"     // divisions and planners' zones; MVT layers "zones" (outlines) and "zone_labels" (points)
	Density   Layer = "density"   // sums by H3 cell; MVT layer "density"
	Cells     Layer = "cells"     // the grid and who answers for it; MVT layer "cells"
)

// Layers lists every layer.
func Layers() []Layer { return []Layer{Buildings, Basemap, Zones, Density, Cells} }

// MaxZoom is the deepest zoom of every layer; map clients enlarge its tiles beyond.
const MaxZoom = 16

// ParseLayer returns the layer of that name.
func ParseLayer(name string) (Layer, error) {
	for _, l := range Layers() {
		if string(l) == name {
			return l, nil
		}
	}
	return "", &TileError{Field: "layer", Reason: "there is no such layer"}
}

// Zooms returns the first and the last zoom at which the layer has tiles.
func (l Layer) Zooms() (first, last int) {
	switch l {
	case Buildings:
		return 13, MaxZoom
	case Basemap:
		return 5, MaxZoom
	case Cells:
		return 12, MaxZoom
	default:
		return 0, MaxZoom
	}
}

// TileID addresses a tile as everybody does: zoom, column from the west, row from the north.
type TileID struct {
	Z    int
	X, Y uint32
}

// TileError says which part of a tile's address is wrong, and why. It is the caller's mistake.
type TileError struct {
	Field  string // "layer", "z", "x" or "y"
	Reason string
}

func (e *TileError) Error() string { return fmt.Sprintf("tile %s: %s", e.Field, e.Reason) }

// ParseTile reads an address of plain decimal digits: no sign, no leading zero, nothing out of range.
// All errors are *TileError.
func ParseTile(z, x, y string) (TileID, error) {
	zoom, err := parseIndex("z", z, MaxZoom)
	if err != nil {
		return TileID{}, err
	}
	last := uint64(1)<<zoom - 1
	col, err := parseIndex("x", x, last)
	if err != nil {
		return TileID{}, err
	}
	row, err := parseIndex("y", y, last)
	if err != nil {
		return TileID{}, err
	}
	return TileID{Z: int(zoom), X: uint32(col), Y: uint32(row)}, nil
}

func parseIndex(field, s string, last uint64) (uint64, error) {
	if s == "" {
		return 0, &TileError{field, "is empty"}
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, &TileError{field, "must be a whole number in decimal digits"}
		}
	}
	if len(s) > 1 && s[0] == '0' {
		return 0, &TileError{field, "must not start with 0"}
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n > last {
		return 0, &TileError{field, fmt.Sprintf("must be at most %d", last)}
	}
	return n, nil
}

// check refuses an address outside the pyramid or outside the layer's zooms.
func (id TileID) check(layer Layer) error {
	if _, err := ParseLayer(string(layer)); err != nil {
		return err
	}
	first, last := layer.Zooms()
	if id.Z < first || id.Z > last {
		return &TileError{"z", fmt.Sprintf("%s has tiles from zoom %d to %d", layer, first, last)}
	}
	if n := uint64(1) << id.Z; uint64(id.X) >= n {
		return &TileError{"x", fmt.Sprintf("must be at most %d", n-1)}
	} else if uint64(id.Y) >= n {
		return &TileError{"y", fmt.Sprintf("must be at most %d", n-1)}
	}
	return nil
}

func (id TileID) String() string { return fmt.Sprintf("%d/%d/%d", id.Z, id.X, id.Y) }
