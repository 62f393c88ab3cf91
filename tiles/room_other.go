//go:build !linux

package tiles

func adviseHuge[T any]([]T) {}
