package geo

import (
	"math"
	"math/big"

	"github.com/paulmach/orb"
)

// orientSlack is Shewchuk's bound on the rounding error of the plain determinant, relative to the
// size of its two products.
const orientSlack = (3 + 16*0x1p-53) * 0x1p-53

// orient returns the side of the line from a to b on which c lies: positive on its left, negative on
// its right, zero exactly on it. The sign is exact: footprints and the borders between divisions are
// decided by it, and a guess would differ from what the database says.
func orient(a, b, c orb.Point) float64 {
	left := (a[0] - c[0]) * (b[1] - c[1])
	right := (a[1] - c[1]) * (b[0] - c[0])
	det := left - right
	if math.Abs(det) > orientSlack*(math.Abs(left)+math.Abs(right)) {
		return det
	}
	if a == c || b == c || a == b || (a[0] == b[0] && b[0] == c[0]) || (a[1] == b[1] && b[1] == c[1]) {
		return 0
	}
	return orientExact(a, b, c)
}

// orientExact does the same in arithmetic without rounding. Few calls need it.
func orientExact(a, b, c orb.Point) float64 {
	minus := func(x, y float64) *big.Rat {
		return new(big.Rat).Sub(new(big.Rat).SetFloat64(x), new(big.Rat).SetFloat64(y))
	}
	left := minus(a[0], c[0])
	left.Mul(left, minus(b[1], c[1]))
	right := minus(a[1], c[1])
	right.Mul(right, minus(b[0], c[0]))
	return float64(left.Cmp(right))
}
