package web

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"

	"fangma/registry"
)

// The plate, in millimetres.
const (
	plateWidth  = 100.0
	plateHeight = 60.0
	plateMargin = 5.0
	qrSide      = 44.0 // with its quiet zone
	quiet       = 4    // modules around a QR code that stay light
)

// drawPlate draws a door plate to print: the code in fours, its QR code as one
// path of whole modules, and the registry's name. It is black on white,
// whatever the screen's theme: it is for paper and enamel.
func drawPlate(name string, code registry.Code, address string) ([]byte, error) {
	path, modules, err := qrPath(address)
	if err != nil {
		return nil, err
	}
	scale := qrSide / float64(modules+2*quiet)
	rows := strings.Fields(code.Spoken())
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="%gmm" height="%gmm" viewBox="0 0 %g %g" role="img">
<title>%s</title>
<desc>%s</desc>
<rect width="%g" height="%g" fill="#fff"/>
<rect x="1" y="1" width="%g" height="%g" rx="3" fill="none" stroke="#000" stroke-width="0.6"/>
`, plateWidth, plateHeight, plateWidth, plateHeight, code.Spoken(), escape(address), plateWidth, plateHeight, plateWidth-2, plateHeight-2)
	fmt.Fprintf(&b, `<text x="%g" y="%g" text-anchor="middle" font-family="'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif" font-size="%g">%s</text>
`, plateWidth/2, plateMargin+4, nameSize(name), escape(name))
	fmt.Fprintf(&b, `<g font-family="'DejaVu Sans Mono','Menlo','Consolas',monospace" font-weight="700" font-size="13" text-anchor="middle">
`)
	const textLeft, textTop, lineHeight = plateMargin + qrSide, 25.0, 14.0
	for i, row := range rows {
		fmt.Fprintf(&b, `<text x="%g" y="%g" textLength="36" lengthAdjust="spacingAndGlyphs">%s</text>
`, (textLeft+plateWidth-plateMargin)/2+1, textTop+float64(i)*lineHeight, row)
	}
	fmt.Fprintf(&b, `</g>
<path transform="translate(%g %g) scale(%g)" fill="#000" shape-rendering="crispEdges" d="%s"/>
</svg>
`, plateMargin+scale*quiet, plateHeight-plateMargin-qrSide+scale*quiet+1.5, scale, path)
	return b.Bytes(), nil
}

// nameSize makes a long name smaller, so that it stays on the plate. A Chinese
// character is as wide as it is high, a Latin one about half of that.
func nameSize(name string) float64 {
	width := 0.0
	for _, r := range name {
		if r < 0x2e80 {
			width += 0.6
		} else {
			width++
		}
	}
	return min(4.5, (plateWidth-2*plateMargin)/max(width, 1))
}

// qrPath is a QR code as an SVG path in units of modules, and how many modules
// a side has. A plate outdoors gets dirty: level Q still reads with a quarter
// of it gone.
func qrPath(text string) (path string, modules int, err error) {
	code, err := qr.Encode(text, qr.Q, qr.Auto)
	if err != nil {
		return "", 0, fmt.Errorf("draw QR code: %w", err)
	}
	modules = code.Bounds().Dx()
	dark := func(x, y int) bool {
		r, _, _, _ := code.At(x, y).RGBA()
		return r == 0
	}
	var b strings.Builder
	for y := range modules {
		for x := 0; x < modules; x++ {
			from := x
			for x < modules && dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return b.String(), modules, nil
}

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a bytes.Buffer takes everything
	return b.String()
}
