package registry

// Most is the community that most houses of a cell are in, the lowest id if
// several have as many; 0 if none of the houses is in any.
func Most(houses map[int64]int) int64 {
	var most int64
	for id, n := range houses {
		if id != 0 && (most == 0 || n > houses[most] || n == houses[most] && id < most) {
			most = id
		}
	}
	return most
}
