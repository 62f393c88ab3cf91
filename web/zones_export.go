package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/paulmach/orb/geojson"

	"fangma/registry/export"
)

// sendCSV writes the report as a table for spreadsheets: zones, then kinds, then
// all zones and what lies outside.
func (rep *zoneReport) sendCSV(w http.ResponseWriter, r *http.Request) error {
	return sendTable(w, r, "zones-"+rep.ValidOn.String()+".csv", func(out *csv.Writer) error {
		head := append([]string{"row", "id", "name", "kind", "area_km2"}, sumColumns()...)
		head = append(head, "density_per_km2", "share")
		for _, c := range sumColumns() {
			head = append(head, "before_"+c)
		}
		if err := out.Write(append(head, "valid_from", "valid_to", "valid_on", "compare_on", "known_at")); err != nil {
			return err
		}
		write := func(row, id, name, kind, area string, v sumsView, density, share *float64, before *sumsView, from, to string) error {
			line := append([]string{row, id, export.Plain(name), kind, area}, v.cells()...)
			line = append(line, floatText(density), floatText(share))
			if before != nil {
				line = append(line, before.cells()...)
			} else {
				line = append(line, make([]string, len(sumColumns()))...)
			}
			compare := ""
			if rep.CompareOn != nil {
				compare = rep.CompareOn.String()
			}
			return out.Write(append(line, from, to, rep.ValidOn.String(), compare, rep.KnownAt))
		}
		for _, z := range rep.Zones {
			err := write("zone", z.ID.String(), z.Name, string(z.Kind), km2Text(z.Area), z.sumsView, z.DensityPerKm2, z.Share, z.Before,
				z.ValidFrom.String(), z.ValidTo.String())
			if err != nil {
				return err
			}
		}
		for _, k := range rep.Kinds {
			if err := write("kind", "", "", string(k.Kind), km2Text(k.Area), k.sumsView, k.DensityPerKm2, k.Share, k.Before, "", ""); err != nil {
				return err
			}
		}
		if err := write("total", "", "", "", "", rep.Total.sumsView, nil, nil, rep.Total.Before, "", ""); err != nil {
			return err
		}
		return write("outside", "", "", "", "", rep.Outside.sumsView, nil, nil, rep.Outside.Before, "", "")
	})
}

func floatText(f *float64) string {
	if f == nil {
		return ""
	}
	return decimalText(*f)
}

func km2Text(m2 float64) string { return strconv.FormatFloat(m2/1e6, 'f', 6, 64) }

// zoneCollection is the report as GeoJSON: a feature a zone, and the rest of the
// report beside them as members that other programs pass over.
type zoneCollection struct {
	Type string `json:"type"`
	*zoneReport
	Features []zoneFeature `json:"features"`
	// The zones of the report are the features; this takes their member's place.
	Zones []zoneRow `json:"zones,omitempty"`
}

type zoneFeature struct {
	Type       string            `json:"type"`
	ID         string            `json:"id"`
	Geometry   *geojson.Geometry `json:"geometry"`
	Properties zoneRow           `json:"properties"`
}

func (rep *zoneReport) sendGeoJSON(w http.ResponseWriter, r *http.Request) error {
	all := zoneCollection{Type: "FeatureCollection", zoneReport: rep, Features: []zoneFeature{}}
	for _, z := range rep.Zones {
		f := zoneFeature{Type: "Feature", ID: z.ID.String(), Geometry: z.Geometry, Properties: z}
		f.Properties.Geometry = nil
		all.Features = append(all.Features, f)
	}
	body, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("write geojson: %w", err)
	}
	w.Header().Set("Content-Disposition", `attachment; filename="zones-`+rep.ValidOn.String()+`.geojson"`)
	send(w, r, answer{media: "application/geo+json", body: body})
	return nil
}
