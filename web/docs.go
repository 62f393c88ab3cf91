package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// docGroup is the operations of one noun as /docs shows them.
type docGroup struct {
	Name, Description string
	Operations        []docOperation
}

// docOperation is one operation of openapi.yaml.
type docOperation struct {
	Method, Path string
	Summary      string
	Description  string
	Tags         []string
	Roles        []string `json:"x-roles"`
	Parameters   []docParameter
	RequestBody  *struct {
		Content map[string]struct {
			Schema docSchema
		}
	}
	Responses map[string]docResponse
}

type docParameter struct {
	Ref         string `json:"$ref"`
	Name, In    string
	Description string
	Required    bool
	Schema      docSchema
}

type docResponse struct {
	Ref         string `json:"$ref"`
	Description string
	Content     map[string]struct {
		Schema docSchema
	}
}

type docSchema struct {
	Ref         string `json:"$ref"`
	Type        string
	Description string
	Enum        []any
	Nullable    bool
	AllOf       []docSchema
	OneOf       []docSchema
	Items       *docSchema
	Required    []string
	Properties  map[string]docSchema
}

// Refers is the schema that this one is, "" if it stands for itself.
func (s docSchema) Refers() string {
	switch {
	case s.Ref != "":
		return lastPart(s.Ref)
	case len(s.AllOf) == 1:
		return s.AllOf[0].Refers()
	case s.Items != nil:
		return s.Items.Refers()
	}
	return ""
}

// Word is how a type is told in a table cell, beside what it refers to.
func (s docSchema) Word() string {
	switch {
	case s.Items != nil && s.Items.Refers() != "":
		return "list of"
	case s.Items != nil:
		return "list of " + s.Items.Word()
	case s.Refers() != "":
		return ""
	case len(s.OneOf) > 0:
		return "one of"
	}
	var words []string
	for _, e := range s.Enum {
		if e != nil {
			words = append(words, fmt.Sprint(e))
		}
	}
	if words != nil {
		return strings.Join(words, " | ")
	}
	return s.Type
}

func lastPart(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// docNamed is one schema under its name.
type docNamed struct {
	Name string
	docSchema
}

// Needs says whether a property must be there.
func (n docNamed) Needs(property string) bool { return slices.Contains(n.Required, property) }

// schemas are the shapes of bodies, by name.
func (d *document) schemas() ([]docNamed, error) {
	var parts struct {
		Components struct{ Schemas map[string]docSchema }
	}
	if err := json.Unmarshal(d.json, &parts); err != nil {
		return nil, fmt.Errorf("web: read the schemas of openapi.yaml: %w", err)
	}
	var out []docNamed
	for _, name := range slices.Sorted(maps.Keys(parts.Components.Schemas)) {
		out = append(out, docNamed{name, parts.Components.Schemas[name]})
	}
	return out, nil
}

// groups sorts the operations under their tags, in the order of the document's
// tags, then by path.
func (d *document) groups() ([]docGroup, error) {
	var parts struct {
		Components struct {
			Parameters map[string]docParameter
			Responses  map[string]docResponse
		}
	}
	if err := json.Unmarshal(d.json, &parts); err != nil {
		return nil, fmt.Errorf("web: read openapi.yaml: %w", err)
	}
	byTag := map[string][]docOperation{}
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		var item map[string]json.RawMessage
		if err := json.Unmarshal(d.Paths[path], &item); err != nil {
			return nil, fmt.Errorf("web: read %s of openapi.yaml: %w", path, err)
		}
		for _, method := range []string{"get", "post", "patch", "delete"} {
			if item[method] == nil {
				continue
			}
			op := docOperation{Method: strings.ToUpper(method), Path: path}
			var shared struct{ Parameters []docParameter }
			if err := json.Unmarshal(d.Paths[path], &shared); err != nil {
				return nil, fmt.Errorf("web: read %s of openapi.yaml: %w", path, err)
			}
			if err := json.Unmarshal(item[method], &op); err != nil {
				return nil, fmt.Errorf("web: read %s %s of openapi.yaml: %w", method, path, err)
			}
			op.Parameters = append(shared.Parameters, op.Parameters...)
			for i, p := range op.Parameters {
				if p.Ref != "" {
					op.Parameters[i] = parts.Components.Parameters[lastPart(p.Ref)]
				}
			}
			for status, a := range op.Responses {
				if a.Ref != "" {
					op.Responses[status] = parts.Components.Responses[lastPart(a.Ref)]
				}
			}
			byTag[op.Tags[0]] = append(byTag[op.Tags[0]], op)
		}
	}
	var out []docGroup
	for _, tag := range d.Tags {
		out = append(out, docGroup{tag.Name, tag.Description, byTag[tag.Name]})
	}
	return out, nil
}

// markdown turns the little Markdown of openapi.yaml (paragraphs, examples,
// bold, code) into HTML. The text is our own, and escaped all the same.
func markdown(text string) template.HTML {
	var b strings.Builder
	for p := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		escaped := template.HTMLEscapeString(p)
		if strings.HasPrefix(p, "    ") {
			b.WriteString("<pre>" + escaped + "</pre>")
			continue
		}
		b.WriteString("<p>" + marked(escaped) + "</p>")
	}
	return template.HTML(b.String())
}

// inline is markdown within a paragraph.
func inline(text string) template.HTML { return template.HTML(marked(template.HTMLEscapeString(text))) }

func marked(escaped string) string {
	return pairs(pairs(escaped, "**", "<strong>", "</strong>"), "`", "<code>", "</code>")
}

func pairs(s, mark, open, end string) string {
	parts := strings.Split(s, mark)
	var b strings.Builder
	for i, p := range parts {
		if i > 0 && i%2 == 1 {
			b.WriteString(open)
		} else if i > 0 {
			b.WriteString(end)
		}
		b.WriteString(p)
	}
	return b.String()
}

func (in *reading) getOpenAPI(w http.ResponseWriter, r *http.Request) error {
	d, err := in.document()
	if err != nil {
		return err
	}
	send(w, r, d.spec)
	return nil
}

func (in *reading) getDocs(w http.ResponseWriter, r *http.Request) error {
	d, err := in.document()
	if err != nil {
		return err
	}
	send(w, r, d.page)
	return nil
}
