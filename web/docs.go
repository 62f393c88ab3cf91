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
	Ref             string `json:"$ref"`
	Name, In        string
	Description     string
	Required        bool
	Schema          docSchema
	AbsentByDefault bool `json:"-"`
}

type docResponse struct {
	Ref         string `json:"$ref"`
	Description string
	Content     map[string]struct {
		Schema docSchema
	}
}

type docSchema struct {
	Ref  string `json:"$ref"`
	Type string
	Enum []any
}

// Word is how a type is told in a table cell.
func (s docSchema) Word() string {
	if s.Ref != "" {
		return lastPart(s.Ref)
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

// paragraphs turns the little Markdown of openapi.yaml (paragraphs, bold,
// code) into HTML. The text is our own, and escaped all the same.
func paragraphs(text string) []template.HTML {
	var out []template.HTML
	for p := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		escaped := template.HTMLEscapeString(p)
		escaped = pairs(escaped, "**", "<strong>", "</strong>")
		escaped = pairs(escaped, "`", "<code>", "</code>")
		out = append(out, template.HTML(escaped))
	}
	return out
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
	send(w, r, in.openAPI)
	return nil
}

func (in *reading) getDocs(w http.ResponseWriter, r *http.Request) error {
	send(w, r, in.docs)
	return nil
}
