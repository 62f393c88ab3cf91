package intake

// pbfBlock is one block of objects, with the texts they share.
type pbfBlock struct {
	handler                           pbfHandler
	texts                             [][]byte
	granularity, latOffset, lonOffset int64

	tags    pbfTags // used again from object to object
	refs    []int64
	members []pbfMember
}

// scan reads the block. The texts and offsets may stand after the objects that need them.
func (b *pbfBlock) scan(data []byte) error {
	b.granularity = 100
	var groups [][]byte
	err := eachField(data, func(f pbfField) error {
		switch f.number {
		case 1:
			return eachField(f.bytes, func(s pbfField) error {
				if s.number == 1 {
					b.texts = append(b.texts, s.bytes)
				}
				return nil
			})
		case 2:
			groups = append(groups, f.bytes)
		case 17:
			b.granularity = int64(f.value)
		case 19:
			b.latOffset = int64(f.value)
		case 20:
			b.lonOffset = int64(f.value)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, g := range groups {
		if err := eachField(g, b.object); err != nil {
			return err
		}
	}
	return nil
}

func (b *pbfBlock) object(f pbfField) error {
	switch {
	case f.number == 1 && b.handler.node != nil:
		return b.node(f.bytes)
	case f.number == 2 && b.handler.node != nil:
		return b.denseNodes(f.bytes)
	case f.number == 3 && b.handler.way != nil:
		return b.way(f.bytes)
	case f.number == 4 && b.handler.relation != nil:
		return b.relation(f.bytes)
	}
	return nil
}

// place turns the numbers of the block into degrees.
func (b *pbfBlock) place(lon, lat int64) (float64, float64) {
	// Whole numbers of 1e-9 degrees, divided once, give the decimal that OSM shows.
	return float64(b.lonOffset+b.granularity*lon) / 1e9, float64(b.latOffset+b.granularity*lat) / 1e9
}

func (b *pbfBlock) node(data []byte) error {
	var id, lon, lat int64
	err := eachField(data, func(f pbfField) error {
		switch f.number {
		case 1:
			id = zigzag(f.value)
		case 8:
			lat = zigzag(f.value)
		case 9:
			lon = zigzag(f.value)
		}
		return nil
	})
	if err != nil {
		return err
	}
	x, y := b.place(lon, lat)
	return b.handler.node(id, x, y)
}

func (b *pbfBlock) denseNodes(data []byte) error {
	var ids, lats, lons deltas
	err := eachField(data, func(f pbfField) error {
		switch f.number {
		case 1:
			ids.v = f.bytes
		case 8:
			lats.v = f.bytes
		case 9:
			lons.v = f.bytes
		}
		return nil
	})
	if err != nil {
		return err
	}
	for len(ids.v) > 0 {
		id, ok1 := ids.next()
		lat, ok2 := lats.next()
		lon, ok3 := lons.next()
		if !ok1 || !ok2 || !ok3 {
			return errPBF
		}
		x, y := b.place(lon, lat)
		if err := b.handler.node(id, x, y); err != nil {
			return err
		}
	}
	return nil
}

// common reads what ways and relations share and leaves the rest to other.
func (b *pbfBlock) common(data []byte, other func(pbfField)) (id int64, err error) {
	var keys, values varints
	err = eachField(data, func(f pbfField) error {
		switch f.number {
		case 1:
			id = int64(f.value)
		case 2:
			keys = f.bytes
		case 3:
			values = f.bytes
		default:
			other(f)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	b.tags.keys, b.tags.values = b.tags.keys[:0], b.tags.values[:0]
	for len(keys) > 0 {
		k, ok1 := keys.next()
		v, ok2 := values.next()
		if !ok1 || !ok2 || k >= uint64(len(b.texts)) || v >= uint64(len(b.texts)) {
			return 0, errPBF
		}
		b.tags.keys = append(b.tags.keys, b.texts[k])
		b.tags.values = append(b.tags.values, b.texts[v])
	}
	return id, nil
}

func (b *pbfBlock) way(data []byte) error {
	var refs deltas
	id, err := b.common(data, func(f pbfField) {
		if f.number == 8 {
			refs.v = f.bytes
		}
	})
	if err != nil {
		return err
	}
	b.refs = b.refs[:0]
	for len(refs.v) > 0 {
		ref, ok := refs.next()
		if !ok {
			return errPBF
		}
		b.refs = append(b.refs, ref)
	}
	return b.handler.way(id, b.tags, b.refs)
}

func (b *pbfBlock) relation(data []byte) error {
	var roles, kinds varints
	var ids deltas
	id, err := b.common(data, func(f pbfField) {
		switch f.number {
		case 8:
			roles = f.bytes
		case 9:
			ids.v = f.bytes
		case 10:
			kinds = f.bytes
		}
	})
	if err != nil {
		return err
	}
	b.members = b.members[:0]
	for len(ids.v) > 0 {
		member, ok1 := ids.next()
		role, ok2 := roles.next()
		kind, ok3 := kinds.next()
		if !ok1 || !ok2 || !ok3 || role >= uint64(len(b.texts)) {
			return errPBF
		}
		b.members = append(b.members, pbfMember{id: member, way: kind == 1, role: string(b.texts[role])})
	}
	return b.handler.relation(id, b.tags, b.members)
}

func zigzag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }
