//go:build linux && (amd64 || arm64)

package main

import (
	"bytes"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
)

// heapRoom is how much of the heap lies in huge pages: the map of a city of a few million buildings, and its tiles.
const heapRoom = 1 << 30

// hugeHeap has the kernel back the heap with pages of 2 MB instead of 4 KB. A server touches a few hundred megabytes for
// the first time while it builds its map, and some more with every tile that it makes and keeps; on a virtual machine
// each first touch of a page can cost 10 µs. Go leaves this to the system, and most systems wait to be asked, page by
// page: https://go.dev/doc/gc-guide#Linux_transparent_huge_pages. What is asked for here is address space, no memory.
func hugeHeap() {
	if !roomIsFree() {
		return
	}
	// In pieces, since the runtime clears a whole piece if the least part of it has been used before.
	const piece = 4 << 20
	kept := make([][]byte, heapRoom/piece)
	percent := debug.SetGCPercent(-1)
	for i := range kept {
		kept[i] = make([]byte, piece)
		_ = syscall.Madvise(kept[i], syscall.MADV_HUGEPAGE) // a kernel that has none goes on as before
	}
	debug.SetGCPercent(percent)
	clear(kept)
	runtime.GC() // what is allocated next comes from there
}

// roomIsFree reports whether address space that nobody uses is bounded by nothing.
func roomIsFree() bool {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &limit); err != nil || limit.Cur != math.MaxUint64 {
		return false
	}
	strict, err := os.ReadFile("/proc/sys/vm/overcommit_memory")
	return err == nil && !bytes.HasPrefix(strict, []byte("2"))
}
