package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"time"

	"github.com/google/uuid"

	"fangma/registry"
	"fangma/tiles"
	"fangma/tiles/pmtiles"
)

// archived is what an archive shows, and what it was made from. It stands in the archive's metadata, so that the next
// export knows whether anything can be different now.
type archived struct {
	Registry uuid.UUID     `json:"registry"`
	Position int64         `json:"position"` // in the feed; the archive shows all up to here, and perhaps more
	Event    uuid.UUID     `json:"event"`    // the one there
	Layer    tiles.Layer   `json:"layer"`
	ValidOn  registry.Date `json:"validOn"`
	KnownAt  *time.Time    `json:"knownAt,omitempty"`
	Settled  bool          `json:"settled"` // what was known then was past change
	Program  string        `json:"program"` // "" if it is not known
}

// ofArchives is where metadata has it.
const ofArchives = "fangma"

// settledAfter is how old an instant of knowledge must be to be past change: a transaction may commit some time after
// the instant it records.
const settledAfter = time.Hour

// shows tells what an archive made now would show. waiting says that it may show something committed that has no
// position yet.
func shows(ctx context.Context, o *opened, layer tiles.Layer, at registry.AsOf) (s archived, waiting bool, err error) {
	replica, err := o.Replica(ctx)
	if err != nil {
		return s, false, err
	}
	if !replica.Standby { // there it is for the primary to do
		if _, err := o.Position(ctx); err != nil {
			return s, false, err
		}
	}
	head, err := o.FeedHead(ctx)
	if err != nil {
		return s, false, err
	}
	s = archived{Registry: head.Registry, Position: head.Position, Event: head.Event, Layer: layer, ValidOn: *at.ValidOn,
		KnownAt: at.KnownAt, Program: programSum()}
	// The base map has no history, and a replica may have to learn yet what was known.
	s.Settled = at.KnownAt != nil && time.Since(*at.KnownAt) > settledAfter && layer != tiles.Basemap && !replica.Standby
	return s, head.Waiting, nil
}

// asBefore tells whether an archive that shows s must be like one that showed before.
func (s archived) asBefore(ctx context.Context, o *opened, before archived) (bool, error) {
	sameTime := (s.KnownAt == nil) == (before.KnownAt == nil) && (s.KnownAt == nil || s.KnownAt.Equal(*before.KnownAt))
	if s.Registry != before.Registry || s.Layer != before.Layer || s.ValidOn != before.ValidOn || !sameTime ||
		s.Program == "" || s.Program != before.Program {
		return false, nil
	}
	if s.Position == before.Position && s.Event == before.Event {
		return true, nil
	}
	if !s.Settled || !before.Settled {
		return false, nil
	}
	return o.InFeed(ctx, before.Position, before.Event) // a registry that was restored may have lost it
}

// metadata describes the layer, and of what the archive was made.
func (s archived) metadata(town *tiles.Snapshot) ([]byte, error) {
	about, err := town.TileJSON(s.Layer, "", "")
	if err != nil {
		return nil, err
	}
	var all map[string]any
	if err := json.Unmarshal(about, &all); err != nil {
		return nil, err
	}
	all[ofArchives] = s
	return json.Marshal(all)
}

// programSum tells this program from all others, also from one made of the same commit with changes: tiles may come out
// differently there.
func programSum() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(path)
	if err != nil { // replaced while it runs
		return ""
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// archive is one that was exported before.
type archive struct {
	*pmtiles.Reader
	file *os.File
	says map[string]json.RawMessage // its metadata
}

// openArchive opens the archive at path. It is nil if there is none, or something that cannot be read as one: that is
// written anew.
func openArchive(path string) (*archive, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	a, err := readArchive(f)
	if err != nil {
		return nil, f.Close()
	}
	return a, nil
}

func readArchive(f *os.File) (*archive, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	a := &archive{file: f}
	if a.Reader, err = pmtiles.Open(f, info.Size()); err != nil {
		return nil, err
	}
	metadata, err := a.Metadata()
	if err != nil {
		return nil, err
	}
	return a, json.Unmarshal(metadata, &a.says)
}

func (a *archive) close() {
	if a != nil {
		_ = a.file.Close() // only read
	}
}

// shows is what the archive was made to show; false if it does not say.
func (a *archive) shows() (s archived, ok bool) {
	if a == nil {
		return s, false
	}
	return s, json.Unmarshal(a.says[ofArchives], &s) == nil
}

// same tells whether another archive has the same tiles and describes them alike. Of what state of the registry it was
// made does not count.
func (a *archive) same(file *os.File) (bool, error) {
	if a == nil {
		return false, nil
	}
	b, err := readArchive(file)
	if err != nil {
		return false, fmt.Errorf("read %s again: %w", file.Name(), err)
	}
	says, other := maps.Clone(a.says), b.says
	delete(says, ofArchives)
	delete(other, ofArchives)
	if !maps.EqualFunc(says, other, func(x, y json.RawMessage) bool { return bytes.Equal(x, y) }) {
		return false, nil
	}
	return pmtiles.Same(a.Reader, b.Reader)
}
