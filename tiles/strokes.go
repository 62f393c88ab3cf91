package tiles

// strokes are the geometry of a feature as the vector tile specification has it: commands, and steps from point to point.
type strokes struct {
	canvas   canvas
	geometry []byte
	cx, cy   int32 // where the pen is
}

// lift begins a new geometry.
func (s *strokes) lift() { s.geometry, s.cx, s.cy = s.geometry[:0], 0, 0 }

// moveTo, lineTo and closePath draw in tile units.
func (s *strokes) moveTo(p pt) {
	s.geometry = append(s.geometry, 1<<3|cmdMove)
	s.to(p)
}

func (s *strokes) lineTo(points []pt) {
	s.geometry = appendUvarint(s.geometry, uint32(len(points))<<3|cmdLine)
	for _, p := range points {
		s.to(p)
	}
}

func (s *strokes) closePath() { s.geometry = append(s.geometry, 1<<3|cmdClose) }

// points draws a (multi)point.
func (s *strokes) points(points ...pt) {
	s.geometry = appendUvarint(s.geometry, uint32(len(points))<<3|cmdMove)
	for _, p := range points {
		s.to(p)
	}
}

// ring draws a closed ring.
func (s *strokes) ring(r []pt) {
	s.moveTo(r[0])
	s.lineTo(r[1:])
	s.closePath()
}

func (s *strokes) to(p pt) {
	dx, dy := p.x-s.cx, p.y-s.cy
	s.cx, s.cy = p.x, p.y
	s.geometry = appendUvarint(s.geometry, uint32(dx<<1^dx>>31))
	s.geometry = appendUvarint(s.geometry, uint32(dy<<1^dy>>31))
}

// dot draws the least square that can be seen at p, which lies within the buffer.
func (s *strokes) dot(p pt) {
	x, y := min(p.x, s.canvas.max()-1), min(p.y, s.canvas.max()-1)
	s.ring([]pt{{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}})
}
