package intake

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"fangma/registry"
	"github.com/paulmach/orb"
)

// osmWanted is what is looked for in an OSM file.
type osmWanted uint8

const (
	osmBuildings osmWanted = iota
	osmDivisions
	osmBasemap
)

// osmKind is what the tags of an object make of it.
type osmKind struct {
	id          string         // w123 or r45
	state       registry.State // of a building whose tags say so
	class, kind string         // of a base map feature
	line        bool           // it stays a line even if it is closed
}

// osmReader finds objects by their tags and puts their geometry together. The order of an OSM file is
// nodes, ways, relations, each needed by the next, so that it is read three times backwards: what is
// kept are the wanted relations, the ways that they or their own tags need, and the nodes of those.
type osmReader struct {
	src    *source
	names  naming
	want   osmWanted
	levels map[int]int
	opt    Options

	relations []osmRelation
	ways      []osmWay          // wanted by their own tags, in file order
	lines     map[int64][]int64 // nodes of the ways that relations need; nil if not found yet
	holes     map[int64][]int64 // outer way → inner ways of relations that leave the tags to the way
	nodes     []int64           // ascending
	places    []orb.Point       // of the nodes; NaN if not in the file
}

type osmTag struct {
	slot  slot
	value string
}

type osmWay struct {
	id   int64
	kind osmKind
	tags []osmTag
	refs []int64
}

type osmRelation struct {
	id      int64
	kind    osmKind
	tags    []osmTag
	members []int64 // ways
}

func newOSMReader(s *source, opt Options, names naming, want osmWanted) (reader, error) {
	if opt.CRS.set() && opt.CRS.datum != wgs84 {
		return nil, errors.New("OSM files are always in WGS84: leave --crs away")
	}
	if want == osmDivisions && len(opt.Levels) == 0 {
		return nil, errors.New("say which OSM admin_level is which division, as in --level 4=province,6=district,8=community")
	}
	s.passes = 3
	return &osmReader{src: s, names: names, want: want, levels: opt.Levels, opt: opt,
		lines: map[int64][]int64{}, holes: map[int64][]int64{}}, nil
}

func (r *osmReader) crs() CRS            { return CRS{datum: wgs84} }
func (r *osmReader) close() error        { return r.src.close() }
func (r *osmReader) parse(x row) feature { return *x.feature }

func (r *osmReader) read(ctx context.Context, emit func(row) error) error {
	if err := r.pass(ctx, pbfHandler{relation: r.keepRelation}); err != nil {
		return err
	}
	if err := r.pass(ctx, pbfHandler{way: r.keepWay}); err != nil {
		return err
	}
	r.collectNodes()
	if err := r.pass(ctx, pbfHandler{node: r.keepNode}); err != nil {
		return err
	}
	number := 0
	for _, w := range r.ways {
		number++
		if err := emit(row{number: number, feature: r.wayFeature(number, w)}); err != nil {
			return err
		}
	}
	for _, rel := range r.relations {
		number++
		if err := emit(row{number: number, feature: r.relationFeature(number, rel)}); err != nil {
			return err
		}
	}
	return nil
}

func (r *osmReader) pass(ctx context.Context, h pbfHandler) error {
	in, err := r.src.open()
	if err != nil {
		return err
	}
	defer in.Close()
	return scanPBF(&cancellable{ctx: ctx, r: in}, h)
}

// keepRelation is the first pass.
func (r *osmReader) keepRelation(id int64, tags pbfTags, members []pbfMember) error {
	switch tags.get("type") {
	case "multipolygon", "boundary":
	default:
		return nil
	}
	kind, wanted := r.classify(tags)
	if !wanted {
		r.keepHoles(tags, members)
		return nil
	}
	if kind.line {
		return nil
	}
	kind.id = "r" + strconv.FormatInt(id, 10)
	rel := osmRelation{id: id, kind: kind, tags: r.keepTags(tags)}
	for _, m := range members {
		if !m.way || !ringRole(m.role) {
			continue
		}
		rel.members = append(rel.members, m.id)
		r.lines[m.id] = nil
	}
	r.relations = append(r.relations, rel)
	return nil
}

// ringRole reports whether a member of this role is a piece of outline.
func ringRole(role string) bool {
	switch role {
	case "", "outer", "inner", "exclave", "enclave":
		return true
	}
	return false
}

// keepHoles notes the holes of a relation of the old style, which says nothing itself but leaves the tags
// to its one outer way.
func (r *osmReader) keepHoles(tags pbfTags, members []pbfMember) {
	for _, k := range tags.keys {
		switch string(k) {
		case "type", "source", "note", "created_by", "fixme", "FIXME":
		default:
			return
		}
	}
	var outer int64
	var inner []int64
	for _, m := range members {
		switch {
		case m.way && m.role == "inner":
			inner = append(inner, m.id)
		case m.way && outer == 0:
			outer = m.id
		default:
			return
		}
	}
	if outer == 0 {
		return
	}
	r.holes[outer] = append(r.holes[outer], inner...)
	for _, id := range inner {
		r.lines[id] = nil
	}
}

// keepWay is the second pass.
func (r *osmReader) keepWay(id int64, tags pbfTags, refs []int64) error {
	if _, needed := r.lines[id]; needed {
		r.lines[id] = slices.Clone(refs)
	}
	kind, wanted := r.classify(tags)
	if _, piece := r.lines[id]; !wanted || r.want == osmDivisions && (piece || !closed(refs)) {
		return nil // a piece of boundary belongs to its relations
	}
	kind.id = "w" + strconv.FormatInt(id, 10)
	r.ways = append(r.ways, osmWay{id: id, kind: kind, tags: r.keepTags(tags), refs: slices.Clone(refs)})
	return nil
}

func closed(refs []int64) bool { return len(refs) > 3 && refs[0] == refs[len(refs)-1] }

// keepTags copies the tags that have a field.
func (r *osmReader) keepTags(tags pbfTags) []osmTag {
	var kept []osmTag
	for i, k := range tags.keys {
		if s, ok := r.names.lookupBytes(k); ok {
			kept = append(kept, osmTag{s, osmText(tags.values[i])})
		} else if r.want == osmBasemap && string(k) == "name" {
			kept = append(kept, osmTag{slot{field: fieldName}, osmText(tags.values[i])})
		}
	}
	return kept
}

// osmText copies a tag's value, which is UTF-8 unless the file is damaged.
func osmText(value []byte) string { return strings.ToValidUTF8(string(value), "\ufffd") }

// collectNodes lists the nodes that are needed, before the third pass.
func (r *osmReader) collectNodes() {
	for _, w := range r.ways {
		r.nodes = append(r.nodes, w.refs...)
	}
	for _, refs := range r.lines {
		r.nodes = append(r.nodes, refs...)
	}
	slices.Sort(r.nodes)
	r.nodes = slices.Clip(slices.Compact(r.nodes))
	r.places = make([]orb.Point, len(r.nodes))
	for i := range r.places {
		r.places[i][0] = math.NaN()
	}
}

// keepNode is the third pass.
func (r *osmReader) keepNode(id int64, lon, lat float64) error {
	if i, ok := slices.BinarySearch(r.nodes, id); ok {
		r.places[i] = orb.Point{lon, lat}
	}
	return nil
}

// trace turns nodes into points.
func (r *osmReader) trace(refs []int64) ([]orb.Point, *Reject) {
	points := make([]orb.Point, len(refs))
	for i, ref := range refs {
		k, ok := slices.BinarySearch(r.nodes, ref)
		if !ok || math.IsNaN(r.places[k][0]) {
			return nil, &Reject{Field: "geometry", Reason: "incomplete", Detail: fmt.Sprintf("node %d is not in the file", ref)}
		}
		points[i] = r.places[k]
	}
	return points, nil
}

func (r *osmReader) newFeature(number int, kind osmKind, tags []osmTag) *feature {
	f := &feature{row: number, id: kind.id, osm: kind}
	for _, t := range tags {
		f.values.put(t.slot, t.value)
	}
	if own := f.values.value[fieldID]; own != "" && f.values.rank[fieldID] == 0 {
		f.id = own // the person has said which tag it is
	}
	return f
}

func (r *osmReader) wayFeature(number int, w osmWay) *feature {
	f := r.newFeature(number, w.kind, w.tags)
	points, reject := r.trace(w.refs)
	switch {
	case reject != nil:
		f.reject = reject
	case w.kind.line:
		f.geometry = orb.LineString(points)
	case !closed(w.refs):
		f.reject = &Reject{Field: "geometry", Reason: unclosedReason, Detail: "the way does not end where it begins"}
	default:
		area := orb.Polygon{orb.Ring(points)}
		holes, reject := r.rings(r.holes[w.id])
		if reject != nil && r.want != osmBasemap { // a wood without its clearing is better than none
			f.reject = reject
			return f
		}
		f.geometry = append(area, holes...)
	}
	return f
}

func (r *osmReader) relationFeature(number int, rel osmRelation) *feature {
	f := r.newFeature(number, rel.kind, rel.tags)
	rings, reject := r.rings(rel.members)
	if reject != nil {
		f.reject = reject
		return f
	}
	f.geometry = nestRings(rings)
	return f
}

// cancellable ends a long read when the caller has lost interest.
type cancellable struct {
	ctx context.Context
	r   interface{ Read([]byte) (int, error) }
}

func (c *cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
