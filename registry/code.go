package registry

import (
	"fmt"
	"strconv"
)

// Code is a house code: the twelve digits K SSSSSSSSS CC that a building or a dwelling gets once and keeps for ever.
// K is the kind, S nine digits that mean nothing (see [Cipher]), CC two check digits after ISO 7064 MOD 97-10.
//
// A Code is a number, so that it can be a bigint column and the feature id of a vector tile (it is far below 2^53);
// to people, in JSON and in CSV it is always text. The zero Code is no code.
type Code int64

const (
	codeDigits   = 12
	codeMin      = 100_000_000_000
	codeMax      = 999_999_999_999
	serialSize   = 1_000_000_000 // how many S there are
	checkModulus = 97
)

// makeCode puts a code together from its kind digit and its nine digits, adding the check digits.
func makeCode(kind Kind, serial uint64) Code {
	payload := int64(kind)*serialSize + int64(serial)
	return Code(payload*100 + checkDigits(payload))
}

// checkDigits gives CC, 2…98, for the ten digits in front of it.
func checkDigits(payload int64) int64 {
	return 98 - payload*100%checkModulus
}

// Valid tells whether c is a well-formed code: twelve digits, the first not 0, and the check digits right. Whether it
// was ever issued only the ledger knows. A first digit that stands for no known kind is well-formed all the same: kinds
// may be added, and such a code is then simply one that was never issued here.
func (c Code) Valid() bool {
	// The check digits are compared, not only n mod 97: CC 00, 01 and 99 would give the remainder 1 too.
	return c >= codeMin && c <= codeMax && int64(c)%100 == checkDigits(int64(c)/100)
}

// Kind gives what the first digit says the code stands for. It may be a kind that is not known; see [Kind.Known].
func (c Code) Kind() Kind {
	if c < codeMin || c > codeMax {
		return 0
	}
	return Kind(c / (serialSize * 100))
}

// String gives the twelve digits.
func (c Code) String() string {
	return fmt.Sprintf("%012d", int64(c))
}

// Spoken gives the twelve digits in fours, the way a code is printed on a plate and read out: "1123 4567 8973".
func (c Code) Spoken() string {
	s := c.String()
	if len(s) != codeDigits {
		return s
	}
	return s[:4] + " " + s[4:8] + " " + s[8:]
}

// MarshalText gives the twelve digits, which makes a code a string in JSON. It refuses a number that is no code, so
// that none ever leaves the registry.
func (c Code) MarshalText() ([]byte, error) {
	if !c.Valid() {
		return nil, fmt.Errorf("registry: %d is not a house code", int64(c))
	}
	return strconv.AppendInt(nil, int64(c), 10), nil
}

// UnmarshalText reads any spelling that [ParseCode] reads, and gives its errors.
func (c *Code) UnmarshalText(text []byte) error {
	parsed, err := ParseCode(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// Kind is what a code stands for: the first of its digits, 1…9.
type Kind uint8

// The kinds there are. The other digits are free for later and are never minted.
const (
	KindBuilding Kind = 1 // a structure with a footprint, or a point until it has one
	KindDwelling Kind = 2 // a separately occupied unit in one or more buildings
	KindEntrance Kind = 3 // a door of a building
	KindTest     Kind = 9 // test data, never a real house
)

// Known tells whether the registry mints codes of this kind.
func (k Kind) Known() bool {
	switch k {
	case KindBuilding, KindDwelling, KindEntrance, KindTest:
		return true
	}
	return false
}

// String gives the kind's word as the API uses it, or "kind 4" for one that is not known.
func (k Kind) String() string {
	switch k {
	case KindBuilding:
		return "building"
	case KindDwelling:
		return "dwelling"
	case KindEntrance:
		return "entrance"
	case KindTest:
		return "test"
	}
	return "kind " + strconv.Itoa(int(k))
}

// MarshalText gives [Kind.String].
func (k Kind) MarshalText() ([]byte, error) {
	return []byte(k.String()), nil
}

// UnmarshalText reads the word of a known kind.
func (k *Kind) UnmarshalText(text []byte) error {
	for _, known := range [...]Kind{KindBuilding, KindDwelling, KindEntrance, KindTest} {
		if known.String() == string(text) {
			*k = known
			return nil
		}
	}
	return fmt.Errorf("registry: not a kind of code: want building, dwelling, entrance or test")
}
