package tiles

// room is a slice of length 0 with room for n values: make, but for a whole town's. Where the system can, it backs that by
// pages of two megabytes: getting thousands of small ones takes a start longer than sorting what is put into them.
func room[T any](n int) []T {
	s := make([]T, 0, n)
	adviseHuge(s)
	return s
}
