package web

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// The built user interface. The folder holds a marker file, so that this
// compiles before the interface was built.
//
//go:embed all:app/dist
var embedded embed.FS

func embeddedApp() fs.FS {
	app, err := fs.Sub(embedded, "app/dist")
	if err != nil {
		panic(err) // the path is a constant, and the compiler has seen it
	}
	return app
}

// The endings of the smaller twins of a file that the build has made. What a
// phone loads over https is a sixth less in brotli than in gzip.
const brotliEnding, gzipEnding = ".br", ".gz"

// newApp reads the built interface into memory, compressed by the build or else
// here. The names of files below assets/ carry a hash of their content, so they
// are kept for ever; the rest is asked for again. A page's address is its
// file's name without the ending: my-grid.html is /my-grid.
func newApp(dist fs.FS) (http.Handler, error) {
	files := map[string]answer{"/page.css": {media: "text/css; charset=utf-8", body: pageStyle}}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") || isTwin(name) {
			return err
		}
		body, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		a := answer{media: mediaOf(name), body: body}
		if strings.HasPrefix(name, "assets/") {
			a.cache = "public, max-age=31536000, immutable"
		}
		z, err := twin(dist, name+gzipEnding)
		if err != nil {
			return err
		}
		if z == nil {
			z = compressOnce(body)
		}
		if len(z) < len(body)*9/10 {
			a.zipped = z
		}
		if a.brotli, err = twin(dist, name+brotliEnding); err != nil {
			return err
		}
		files["/"+strings.TrimSuffix(name, ".html")] = a
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("web: read the user interface: %w", err)
	}
	if index, ok := files["/index"]; ok {
		files["/"], files["/index.html"] = index, index
		delete(files, "/index")
	}
	if icon, ok := files["/favicon.svg"]; ok {
		files["/favicon.ico"] = icon // browsers ask for it beside pictures and JSON
	}
	return appHandler(files), nil
}

func isTwin(name string) bool {
	ending := path.Ext(name)
	return ending == brotliEnding || ending == gzipEnding
}

// twin is nil where the build has made none.
func twin(dist fs.FS, name string) ([]byte, error) {
	body, err := fs.ReadFile(dist, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return body, err
}

// mediaOf knows the types of what the build makes; the system's table differs
// from machine to machine.
func mediaOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json", ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".pbf":
		return "application/x-protobuf"
	case ".woff2":
		return "font/woff2"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// appHandler answers everything that is not in the table of routes.
type appHandler map[string]answer

func (files appHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	stateOf(r).route = "app"
	file, ok := files[r.URL.Path]
	switch {
	case ok && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		send(w, r, file)
	case ok:
		fail(w, r, &httpError{status: http.StatusMethodNotAllowed, slug: "method_not_allowed",
			detail: "this address takes GET, HEAD", allow: "GET, HEAD"})
	case r.URL.Path == "/":
		if err := writePage(w, r, http.StatusServiceUnavailable, "unbuilt.html", nil); err != nil {
			fail(w, r, err)
		}
	case wantsPage(r):
		if err := writeNoPage(w, r); err != nil {
			fail(w, r, err)
		}
	default:
		fail(w, r, notFound("no_such_page", "there is nothing at this address"))
	}
}

// wantsPage says whether a person with a browser is asking, to whom a problem
// in JSON says little. Programs below /api/ and /tiles/ get the problem.
func wantsPage(r *http.Request) bool {
	for _, programs := range []string{"/api/", "/tiles/", "/style/", "/assets/"} {
		if strings.HasPrefix(r.URL.Path, programs) {
			return false
		}
	}
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.Contains(r.Header.Get("Accept"), "text/html")
}

func writeNoPage(w http.ResponseWriter, r *http.Request) error {
	return writePage(w, r, http.StatusNotFound, "no_page.html", wordsIn(language(r, "")))
}
