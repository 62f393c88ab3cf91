//go:build linux && (amd64 || arm64)

package main

import (
	"bytes"
	"math"
	"os"
	"runtime"
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
	room := make([]byte, heapRoom)
	_ = syscall.Madvise(room, syscall.MADV_HUGEPAGE) // a kernel that has none goes on as before
	runtime.KeepAlive(room)
	runtime.GC() // now nobody has it, and what is allocated next comes from there
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
