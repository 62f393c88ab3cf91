package web

import (
	"bytes"
	_ "embed" // openapi.yaml and the pages
	"encoding/json"
	"fmt"
	"sync"

	"github.com/oasdiff/yaml"
)

//go:embed openapi.yaml
var openAPISource []byte

// document is openapi.yaml as far as the page at /docs shows it.
type document struct {
	json []byte
	Info struct {
		Title, Description string
	}
	Tags []struct {
		Name, Description string
	}
	Paths map[string]json.RawMessage
}

func readOpenAPI() (*document, error) {
	body, err := yaml.YAMLToJSON(openAPISource)
	if err != nil {
		return nil, fmt.Errorf("web: read openapi.yaml: %w", err)
	}
	d := &document{json: body}
	if err := json.Unmarshal(body, d); err != nil {
		return nil, fmt.Errorf("web: read openapi.yaml: %w", err)
	}
	return d, nil
}

// documented are /openapi.json and /docs.
type documented struct{ spec, page answer }

// documentOnce makes them when they are first asked for, which would otherwise take a fifteenth of a second of each start.
func documentOnce() func() (documented, error) {
	return sync.OnceValues(func() (documented, error) {
		d, err := readOpenAPI()
		if err != nil {
			return documented{}, err
		}
		spec, page, err := d.answers()
		return documented{spec, page}, err
	})
}

func (d *document) answers() (spec, page answer, err error) {
	spec = answer{media: "application/json", body: d.json, zipped: compress(d.json)}
	groups, err := d.groups()
	if err != nil {
		return spec, page, err
	}
	schemas, err := d.schemas()
	if err != nil {
		return spec, page, err
	}
	var out bytes.Buffer
	err = pages.ExecuteTemplate(&out, "docs.html", map[string]any{
		"Lang": "en", "Title": d.Info.Title, "About": d.Info.Description, "Groups": groups, "Schemas": schemas,
	})
	if err != nil {
		return spec, page, fmt.Errorf("web: write /docs: %w", err)
	}
	return spec, answer{media: "text/html; charset=utf-8", body: out.Bytes(), zipped: compress(out.Bytes())}, nil
}
