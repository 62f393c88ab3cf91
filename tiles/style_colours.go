package tiles

// colours of the map. The basemap is grey and low in contrast so that the buildings carry the picture. The states of
// buildings differ in lightness as well as in hue, in an order of hues (blue, grey, orange, vermilion) that
// people with any kind of colour blindness tell apart.
type colours struct {
	ground, landuse, green, water          string
	road, roadMain, roadCasing, rail       string
	planned, construction, inUse, unusable string
	unknown                                string
	edge, selected, hover                  string
	border, borderTop, tint                string
	text, textSoft, halo                   string
}

var light = colours{
	ground: "#f4f3f0", landuse: "#eceae5", green: "#dde8d5", water: "#c3d9e8",
	road: "#ffffff", roadMain: "#fbe9b8", roadCasing: "#d9d5cc", rail: "#b4afa8",
	planned: "#8cc4e8", construction: "#e69f00", inUse: "#a9b3be", unusable: "#c04a00", unknown: "#d2d2ce",
	edge: "#6b7682", selected: "#0a4fb0", hover: "#3d7fd6",
	border: "#8d7aa8", borderTop: "#5c4a7a", tint: "#6d5a96",
	text: "#2b2f36", textSoft: "#5a6069", halo: "#ffffff",
}

var dark = colours{
	ground: "#15181c", landuse: "#1a1e22", green: "#1b2620", water: "#172936",
	road: "#2c3239", roadMain: "#47412f", roadCasing: "#0e1013", rail: "#4a4d52",
	planned: "#3f83b0", construction: "#d99a1c", inUse: "#56616d", unusable: "#d9622b", unknown: "#3b3f44",
	edge: "#8a96a3", selected: "#ffffff", hover: "#9fc6ff",
	border: "#8574a6", borderTop: "#b3a2d6", tint: "#a893d6",
	text: "#e6e8eb", textSoft: "#a6adb6", halo: "#101317",
}
