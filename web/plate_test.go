package web_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"fangma/registry"
	"fangma/web"
)

func TestPlatePage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, v := s.program(t, registry.Clerk), s.visitor(t)
	code := clerk.send(http.MethodPost, "/api/v1/buildings", map[string]any{"geometry": square(0), "name": "<script>alert(1)</script>",
		"validFrom": "2013-08-03"}).want(http.StatusCreated).json()["code"].(string)
	spoken := code[:4] + " " + code[4:8] + " " + code[8:]
	zh := v.get("/h/" + code).want(http.StatusOK)
	en := v.get("/h/"+code, "Accept-Language", "de, en;q=0.8, zh;q=0.5").want(http.StatusOK)
	for lang, want := range map[string][]string{
		string(zh.body): {`lang="zh-Hans"`, spoken, "使用中", "有效", "2013-08-03", "/h/" + code + "/plate.svg"},
		string(en.body): {`lang="en"`, spoken, "in use", "in force", "2013-08-03", `href="/#` + code + `"`},
	} {
		for _, w := range want {
			if !strings.Contains(lang, w) {
				t.Errorf("no %q in\n%s", w, lang)
			}
		}
		for _, bad := range []string{"<script", "style=", "http://", "https://", "&lt;script"} {
			if strings.Contains(lang, bad) {
				t.Errorf("%q in the page", bad)
			}
		}
	}
	if got := v.get("/h/"+code+"?lang=en", "Accept-Language", "zh").want(http.StatusOK); string(got.body) != string(en.body) {
		t.Error("lang does not win over Accept-Language")
	}
	v.get("/page.css").want(http.StatusOK)

	slip := code[:4] + string('0'+(code[4]-'0'+1)%10) + code[5:]
	if bad := v.get("/h/" + slip).want(http.StatusUnprocessableEntity); !strings.Contains(string(bad.body), `href="/h/`+code+`"`) {
		t.Errorf("no suggestion in\n%s", bad.body)
	}
	if never := v.get("/h/999999999951").want(http.StatusNotFound); !strings.Contains(string(never.body), "9999 9999 9951") {
		t.Errorf("%s", never.body)
	}
	clerk.send(http.MethodPost, "/api/v1/buildings/"+code+"/events", map[string]any{"type": "retire", "as": "demolished"}, "If-Match", `"1"`).want(http.StatusCreated)
	gone := string(v.get("/h/"+code, "Accept-Language", "en").want(http.StatusOK).body)
	if !strings.Contains(gone, "retired · demolished") || strings.Contains(gone, "plate.svg") {
		t.Errorf("retired:\n%s", gone)
	}
	if slug, _ := v.get("/h/" + code + "/plate.svg").want(http.StatusConflict).problem(); slug != "no_plate" {
		t.Errorf("slug %s", slug)
	}
}

func TestPlate(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.PublicURL, c.Name = "https://codes.example.org/", "房码 <Vaduz> & Nachbarn" })
	code := register(s.program(t, registry.Clerk), 0)["code"].(string)
	svg := s.visitor(t).get("/h/" + code + "/plate.svg").want(http.StatusOK)
	if svg.header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("type %s", svg.header.Get("Content-Type"))
	}
	var text []string
	var width, path string
	for d := xml.NewDecoder(strings.NewReader(string(svg.body))); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not XML: %v\n%s", err, svg.body)
		}
		switch e := token.(type) {
		case xml.StartElement:
			for _, a := range e.Attr {
				switch {
				case e.Name.Local == "svg" && a.Name.Local == "width":
					width = a.Value
				case e.Name.Local == "path" && a.Name.Local == "d":
					path = a.Value
				}
			}
		case xml.CharData:
			text = append(text, strings.TrimSpace(string(e)))
		}
	}
	all := strings.Join(text, "|")
	for _, want := range []string{code[:4], code[4:8], code[8:], "房码 <Vaduz> & Nachbarn"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q on the plate: %s", want, all)
		}
	}
	if width != "100mm" {
		t.Errorf("width %s", width)
	}
	address := "https://codes.example.org/h/" + code
	if got, err := readQR(modulesOf(t, path)); err != nil || got != address {
		t.Errorf("the QR code says %q (%v), want %q", got, err, address)
	}
}

// modulesOf turns the path back into the dark modules of the QR code.
func modulesOf(t *testing.T, path string) [][]bool {
	t.Helper()
	side := 0
	var runs [][3]int
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(path, -1) {
		var x, y, n int
		if _, err := fmt.Sscan(m[1], &x); err != nil || m[3] != m[4] {
			t.Fatalf("path %s", m[0])
		}
		_, _ = fmt.Sscan(m[2], &y)
		_, _ = fmt.Sscan(m[3], &n)
		runs = append(runs, [3]int{x, y, n})
		side = max(side, x+n, y+1)
	}
	out := make([][]bool, side)
	for y := range out {
		out[y] = make([]bool, side)
	}
	for _, r := range runs {
		for i := range r[2] {
			out[r[1]][r[0]+i] = true
		}
	}
	return out
}
