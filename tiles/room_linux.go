package tiles

import (
	"syscall"
	"unsafe"
)

// adviseHuge asks for large pages for those that a slice lies in. Its neighbours in the heap share the outermost, and are
// none the worse for it. It is advice: a system that has none does without.
func adviseHuge[T any](s []T) {
	const huge = 2 << 20
	size := uintptr(cap(s)) * unsafe.Sizeof(*new(T))
	if size < huge {
		return
	}
	at := uintptr(unsafe.Pointer(unsafe.SliceData(s)))
	from, to := at&^(huge-1), (at+size+huge-1)&^(huge-1)
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, from, to-from, syscall.MADV_HUGEPAGE)
}
