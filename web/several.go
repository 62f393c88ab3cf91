package web

import (
	"fmt"
	"maps"
	"slices"

	"fangma/registry"
)

// Limits of lists in bodies; what makes sense is for the registry to say.
const (
	maxParts        = 100
	maxDispositions = 5000
	maxIDs          = 1000
)

func readRetirement(o *object) registry.Retirement {
	o.need("as")
	t := registry.Retirement{Why: readWhy(o), ValidFrom: date(o, "validFrom"), As: registry.RetiredAs(plain(o, "as")),
		Dwellings: readDispositions(o)}
	if v := value[bool](o, "endDwellings", "true or false"); v != nil {
		t.EndDwellings = *v
	}
	return t
}

func readSplit(o *object) registry.Split {
	o.need("children")
	s := registry.Split{Why: readWhy(o), ValidFrom: date(o, "validFrom"), Dwellings: readDispositions(o), Override: readOverride(o)}
	for _, c := range o.children("children", maxParts) {
		s.Children = append(s.Children, readInput(c))
		c.unknown()
	}
	for _, c := range o.children("externalIds", maxIDs) {
		c.need("source", "id", "to")
		id := registry.IDDisposition{ExternalID: registry.ExternalID{Source: plain(c, "source"), ID: plain(c, "id")}}
		if string(c.members["to"]) != "null" { // null leaves it where it is
			id.To = readDestination(c)
		}
		s.ExternalIDs = append(s.ExternalIDs, id)
		c.unknown()
	}
	return s
}

func readCarveOut(o *object) registry.CarveOut {
	o.need("part")
	v := registry.CarveOut{Why: readWhy(o), ValidFrom: date(o, "validFrom"), Rest: shape(o, "rest"),
		Dwellings: readDispositions(o), Override: readOverride(o)}
	if c := o.child("part"); c != nil {
		v.Part = readInput(c)
		c.unknown()
	}
	for _, c := range o.children("externalIds", maxIDs) {
		c.need("source", "id")
		v.ExternalIDs = append(v.ExternalIDs, registry.ExternalID{Source: plain(c, "source"), ID: plain(c, "id")})
		c.unknown()
	}
	return v
}

// readDispositions reads what becomes of dwellings.
func readDispositions(o *object) []registry.Disposition {
	var out []registry.Disposition
	for _, c := range o.children("dwellings", maxDispositions) {
		c.need("dwelling", "action")
		out = append(out, registry.Disposition{Dwelling: readCode(c, "dwelling"),
			Action: registry.DispositionAction(plain(c, "action")), To: readDestination(c), Label: text(c, "label")})
		c.unknown()
	}
	return out
}

func readDestination(o *object) *registry.Destination {
	c := o.child("to")
	if c == nil {
		return nil
	}
	to := &registry.Destination{Child: value[int](c, "child", "the place of a child, from 0")}
	if c.has("code") {
		to.Code = readCode(c, "code")
	}
	c.unknown()
	if c.has("code") == c.has("child") {
		o.fault("to", "must hold either code or child")
	}
	return to
}

// readCode reads a member that is a code in any spelling.
func readCode(o *object, name string) registry.Code {
	s := text(o, name)
	if s == nil {
		return 0
	}
	code, err := registry.ParseCode(*s)
	if err != nil {
		o.fault(name, "is not a house code: %v", err)
	}
	return code
}

// readCodes reads a member that is an array of at most limit codes.
func readCodes(o *object, name string, limit int) []registry.Code {
	list := value[[]string](o, name, "an array of codes")
	if list == nil {
		return nil
	}
	if len(*list) == 0 || len(*list) > limit {
		o.fault(name, "must have 1 to %d items", limit)
		return nil
	}
	codes := make([]registry.Code, len(*list))
	for i, s := range *list {
		var err error
		if codes[i], err = registry.ParseCode(s); err != nil {
			o.fault(fmt.Sprintf("%s.%d", name, i), "is not a house code: %v", err)
		}
	}
	return codes
}

// readVersions reads which version of each building the writer saw.
func readVersions(o *object) map[registry.Code]int {
	c := o.child("versions")
	if c == nil {
		return nil
	}
	out := make(map[registry.Code]int, len(c.members))
	for _, name := range slices.Sorted(maps.Keys(c.members)) {
		code, err := registry.ParseCode(name)
		if err != nil {
			continue // unknown() says so
		}
		if n := value[int](c, name, "a whole number"); n != nil {
			out[code] = *n
		}
	}
	c.unknown()
	return out
}

// sawAll returns PreconditionMissing unless versions names every code.
func sawAll(versions map[registry.Code]int, codes []registry.Code) error {
	missing := &registry.Error{Kind: registry.PreconditionMissing, Slug: "precondition_missing",
		Detail: "say in versions which version you saw of every building; a change must not overwrite what nobody looked at"}
	for _, code := range codes {
		if versions[code] == 0 {
			missing.Fields = append(missing.Fields, registry.FieldError{Field: "versions." + code.String(), Reason: "is required"})
			missing.Codes = append(missing.Codes, code)
		}
	}
	if missing.Fields == nil {
		return nil
	}
	return missing
}
