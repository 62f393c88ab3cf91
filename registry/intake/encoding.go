package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// errNotUTF8 is for text that nobody has said the encoding of.
var errNotUTF8 = errors.New("the text is not UTF-8: say what it is with --encoding (for example gb18030 or windows-1252)")

// textDecoder turns a file's text into UTF-8. The zero value takes it as UTF-8 with or without a
// byte order mark; then every row is checked.
type textDecoder struct{ enc encoding.Encoding }

// textEncoding finds the encoding by a UTF-8 byte order mark, which is never there by chance, else by the
// person's word, else by the mark of UTF-16.
func textEncoding(label string, head []byte) (textDecoder, error) {
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		return textDecoder{}, nil
	}
	if label != "" {
		return labelled(label)
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return textDecoder{unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)}, nil
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return textDecoder{unicode.UTF16(unicode.BigEndian, unicode.UseBOM)}, nil
	}
	return textDecoder{}, nil
}

// labelled finds an encoding by its WHATWG label, by a code page number or by what a .cpg file calls it.
func labelled(label string) (textDecoder, error) {
	name := strings.ToLower(strings.TrimSpace(label))
	for _, prefix := range []string{"ansi ", "ansi", "oem ", "cp", "ms", "windows_", "codepage "} {
		if rest := strings.TrimPrefix(name, prefix); rest != name && strings.Trim(rest, "0123456789") == "" {
			name = rest
			break
		}
	}
	switch name {
	case "utf8", "utf-8", "65001", "utf_8":
		return textDecoder{}, nil
	case "936", "gb2312", "gbk", "gb18030", "54936", "euc-cn", "gb_18030":
		name = "gb18030" // holds the older ones
	case "950":
		name = "big5"
	case "932":
		name = "shift_jis"
	case "949":
		name = "euc-kr"
	case "866":
		name = "ibm866"
	case "88591", "8859-1", "8859_1", "iso8859_1", "iso-8859-1", "latin1":
		name = "windows-1252"
	}
	if len(name) == 4 && strings.HasPrefix(name, "125") || name == "874" {
		name = "windows-" + name
	}
	if rest, ok := strings.CutPrefix(name, "8859"); ok { // ESRI writes 88592 for ISO 8859-2
		name = "iso-8859-" + strings.Trim(rest, "-_ ")
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return textDecoder{}, fmt.Errorf("there is no encoding %q", label)
	}
	if canonical, _ := htmlindex.Name(enc); canonical == "utf-8" || canonical == "replacement" {
		return textDecoder{}, nil
	}
	return textDecoder{enc}, nil
}

// utf8 reports whether the text comes as it is, unchecked.
func (d textDecoder) utf8() bool { return d.enc == nil }

// reader decodes a stream and drops a byte order mark. UTF-8 passes as it is, bad bytes included.
func (d textDecoder) reader(r io.Reader) io.Reader {
	if d.utf8() {
		return &bomReader{r: r}
	}
	return &bomReader{r: transform.NewReader(r, d.enc.NewDecoder())}
}

// bomReader drops a UTF-8 byte order mark at the start.
type bomReader struct {
	r       io.Reader
	started bool
	rest    []byte
}

func (b *bomReader) Read(p []byte) (int, error) {
	if !b.started {
		b.started = true
		first := make([]byte, 3)
		n, err := io.ReadFull(b.r, first)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return 0, err
		}
		b.rest = bytes.TrimPrefix(first[:n], []byte("\xef\xbb\xbf"))
	}
	if len(b.rest) > 0 {
		n := copy(p, b.rest)
		b.rest = b.rest[n:]
		return n, nil
	}
	return b.r.Read(p)
}
