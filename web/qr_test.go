package web_test

import (
	"errors"
	"fmt"
)

// readQR reads the text of a QR code from its modules after ISO/IEC 18004,
// independently of the library that drew it: byte mode, level Q, versions 1 to
// 8, no errors to correct (a drawn code has none).
func readQR(m [][]bool) (string, error) {
	side := len(m)
	version := (side - 17) / 4
	if version < 1 || version > 8 || side != 17+4*version {
		return "", fmt.Errorf("a side of %d modules", side)
	}
	format := 0
	for i, at := range [][2]int{{0, 8}, {1, 8}, {2, 8}, {3, 8}, {4, 8}, {5, 8}, {7, 8}, {8, 8}, {8, 7}, {8, 5}, {8, 4}, {8, 3}, {8, 2}, {8, 1}, {8, 0}} {
		if m[at[1]][at[0]] {
			format |= 1 << (14 - i)
		}
	}
	format ^= 0x5412
	if level := format >> 13; level != 3 {
		return "", fmt.Errorf("error correction level %d, not Q", level)
	}
	bits := qrBits(m, version, format>>10&7)
	words := make([]byte, len(bits)/8)
	for i := range words {
		for _, b := range bits[8*i : 8*i+8] {
			words[i] <<= 1
			if b {
				words[i]++
			}
		}
	}
	data, err := qrData(words, version)
	if err != nil {
		return "", err
	}
	if data[0]>>4 != 4 {
		return "", errors.New("not in byte mode")
	}
	n := int(data[0]&15)<<4 | int(data[1]>>4)
	text := make([]byte, n)
	for i := range text {
		text[i] = data[1+i]<<4 | data[2+i]>>4
	}
	return string(text), nil
}

// qrBits walks the modules in pairs of columns, from the lower right upwards,
// and takes off the mask.
func qrBits(m [][]bool, version, mask int) []bool {
	side := len(m)
	var bits []bool
	up := true
	for right := side - 1; right > 0; right -= 2 {
		if right == 6 {
			right--
		}
		for i := range side {
			y := i
			if up {
				y = side - 1 - i
			}
			for _, x := range []int{right, right - 1} {
				if !qrReserved(x, y, side, version) {
					bits = append(bits, m[y][x] != qrMask(mask, x, y))
				}
			}
		}
		up = !up
	}
	return bits
}

func qrMask(mask, x, y int) bool {
	switch mask {
	case 0:
		return (x+y)%2 == 0
	case 1:
		return y%2 == 0
	case 2:
		return x%3 == 0
	case 3:
		return (x+y)%3 == 0
	case 4:
		return (y/2+x/3)%2 == 0
	case 5:
		return x*y%2+x*y%3 == 0
	case 6:
		return (x*y%2+x*y%3)%2 == 0
	}
	return ((x+y)%2+x*y%3)%2 == 0
}

// qrReserved says whether a module is part of the pattern and not of the data.
func qrReserved(x, y, side, version int) bool {
	switch {
	case x == 6 || y == 6: // timing
		return true
	case x < 9 && y < 9 || x < 9 && y >= side-8 || x >= side-8 && y < 9: // finders, format
		return true
	case version >= 7 && (x < 6 && y >= side-11 || y < 6 && x >= side-11): // version
		return true
	case version == 1:
		return false
	}
	centres := []int{6, side - 7}
	if version >= 7 {
		centres = []int{6, map[int]int{7: 22, 8: 24}[version], side - 7}
	}
	last := len(centres) - 1
	for i, cx := range centres {
		for j, cy := range centres {
			corner := i == 0 && j == 0 || i == 0 && j == last || i == last && j == 0
			if !corner && abs(x-cx) <= 2 && abs(y-cy) <= 2 {
				return true
			}
		}
	}
	return false
}

func abs(n int) int { return max(n, -n) }

// qrData puts the interleaved blocks of level Q back in order.
func qrData(words []byte, version int) ([]byte, error) {
	blocks := map[int][]int{ // data words of each block
		1: {13}, 2: {22}, 3: {17, 17}, 4: {24, 24}, 5: {15, 15, 16, 16}, 6: {19, 19, 19, 19},
		7: {14, 14, 15, 15, 15, 15}, 8: {18, 18, 18, 18, 19, 19},
	}[version]
	out := make([][]byte, len(blocks))
	for i, next := 0, 0; ; i++ {
		done := true
		for b, n := range blocks {
			if i < n {
				if next >= len(words) {
					return nil, errors.New("too short")
				}
				out[b] = append(out[b], words[next])
				next, done = next+1, false
			}
		}
		if done {
			break
		}
	}
	var data []byte
	for _, b := range out {
		data = append(data, b...)
	}
	return append(data, 0), nil
}
