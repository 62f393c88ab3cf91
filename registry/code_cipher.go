package registry

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/bits"
)

// Key is the secret that decides the order in which codes are handed out. It is made once, when a registry first starts,
// and never changes: with another key the same counters would mint codes a second time. It hides itself from print and
// JSON.
type Key [32]byte

// Format hides the key, whatever the verb.
func (Key) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "registry.Key(hidden)")
}

// MarshalText refuses: a key is not written to JSON or logs.
func (Key) MarshalText() ([]byte, error) {
	return nil, errors.New("registry: a key is not to be written out")
}

// ErrNoCodesLeft is returned for a counter past the last of a kind's 1,000,000,000 codes.
var ErrNoCodesLeft = errors.New("registry: all codes of this kind are used up")

// Cipher turns a kind's counter into its code and back. Under one key every counter of a kind has exactly one code and
// every code one counter, so that codes need no search for collisions; codes of neighbouring counters have nothing in
// common, so that nobody can count houses by their codes. Kinds are permuted independently of one another.
// A Cipher may be used by several goroutines at once.
type Cipher struct {
	serials permutation
}

// NewCipher prepares the permutation under a key.
func NewCipher(key Key) *Cipher {
	return &Cipher{serials: newPermutation(key, serialSize)}
}

// Code gives the code of a kind's counter, 0…999,999,999. A counter outside gives ErrNoCodesLeft, a kind that is not
// known an error of its own.
func (c *Cipher) Code(kind Kind, counter int64) (Code, error) {
	if !kind.Known() {
		return 0, fmt.Errorf("registry: no codes are minted for %v", kind)
	}
	if counter < 0 || counter >= serialSize {
		return 0, ErrNoCodesLeft
	}
	return makeCode(kind, c.serials.forward(kind, uint64(counter))), nil
}

// Counter is the inverse of Code: the kind and the counter from which a code was, or would be, minted. It is an error if
// the code is not valid or its kind not known.
func (c *Cipher) Counter(code Code) (Kind, int64, error) {
	if !code.Valid() || !code.Kind().Known() {
		return 0, 0, fmt.Errorf("registry: no counter stands behind this code")
	}
	serial := uint64(code/100) % serialSize
	return code.Kind(), int64(c.serials.backward(code.Kind(), serial)), nil
}

// Block is a run of counters of one kind, From included, To not, reserved for one user: a server process, a bulk import, or
// a device that works offline. What a block's holder does not use is never handed out again.
type Block struct {
	Kind     Kind
	From, To int64
}

// Len gives how many codes the block holds.
func (b Block) Len() int64 {
	return max(0, b.To-b.From)
}

// Codes gives the block's codes in the order of their counters. It stops at the last code of the kind; a block of a kind
// that is not known has none.
func (c *Cipher) Codes(b Block) iter.Seq[Code] {
	return func(yield func(Code) bool) {
		for counter := b.From; counter < b.To; counter++ {
			code, err := c.Code(b.Kind, counter)
			if err != nil || !yield(code) {
				return
			}
		}
	}
}

// permutation is a keyed bijection of 0…size-1 for each kind: a balanced Feistel network over the smallest even number of
// bits that holds the domain, walked on until it falls inside (cycle walking). AES-256 is its round function.
type permutation struct {
	block    cipher.Block
	size     uint64
	halfBits uint
}

// feistelRounds is what NIST's FF1, the same construction, uses.
const feistelRounds = 10

func newPermutation(key Key, size uint64) permutation {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // only a wrong key length makes an error, and the type fixes it
	}
	return permutation{block: block, size: size, halfBits: uint(bits.Len64(size-1)+1) / 2}
}

func (p permutation) forward(kind Kind, n uint64) uint64 {
	return p.walk(kind, n, func(round *feistelRound, left, right uint64) (uint64, uint64) {
		for i := range feistelRounds {
			left, right = right, left^round.mix(i, right)
		}
		return left, right
	})
}

func (p permutation) backward(kind Kind, n uint64) uint64 {
	return p.walk(kind, n, func(round *feistelRound, left, right uint64) (uint64, uint64) {
		for i := feistelRounds - 1; i >= 0; i-- {
			left, right = right^round.mix(i, left), left
		}
		return left, right
	})
}

// walk applies the network until the result is in the domain. The walk ends: it follows a cycle of the wider permutation,
// and that cycle holds n, which is in the domain.
func (p permutation) walk(kind Kind, n uint64, network func(*feistelRound, uint64, uint64) (uint64, uint64)) uint64 {
	mask := uint64(1)<<p.halfBits - 1
	round := &feistelRound{block: p.block, mask: mask}
	copy(round.in[:], "fangma")
	round.in[6] = byte(kind)
	binary.BigEndian.PutUint32(round.in[12:], uint32(p.size))
	for {
		left, right := network(round, n>>p.halfBits, n&mask)
		n = left<<p.halfBits | right
		if n < p.size {
			return n
		}
	}
}

// feistelRound is the round function with its buffers. The input block is "fangma", the kind, the round, half a number
// in four bytes, and the domain's size in four: kinds, rounds and domains never share an input.
type feistelRound struct {
	block   cipher.Block
	mask    uint64
	in, out [aes.BlockSize]byte
}

func (r *feistelRound) mix(round int, half uint64) uint64 {
	r.in[7] = byte(round)
	binary.BigEndian.PutUint32(r.in[8:], uint32(half))
	r.block.Encrypt(r.out[:], r.in[:])
	return binary.BigEndian.Uint64(r.out[:]) & r.mask
}
