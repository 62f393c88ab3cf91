package intake

import (
	"fmt"
	"slices"
	"strings"
)

// field is one of our attributes that a source column can fill.
type field uint8

const (
	fieldID field = iota
	fieldName
	fieldAddress
	fieldStreet
	fieldNumber
	fieldFloors
	fieldHeight
	fieldUse
	fieldState
	fieldCode
	fieldParent
	fieldLevel
	fieldLon
	fieldLat
	fieldGeometry
	fieldKind
	fieldNote
	fieldCell
	fieldCount
)

// slot is where the value of a column goes. Of several columns for one field the lowest rank wins.
type slot struct {
	field field
	rank  uint8
}

// naming knows the columns by lower-case name.
type naming struct{ slots map[string]slot }

// lookup finds the slot of a column.
func (n naming) lookup(column string) (slot, bool) {
	s, ok := n.slots[column]
	if !ok {
		s, ok = n.slots[strings.ToLower(strings.TrimSpace(column))]
	}
	return s, ok
}

// lookupBytes is lookup without a copy for the columns that are written in lower case.
func (n naming) lookupBytes(column []byte) (slot, bool) {
	if s, ok := n.slots[string(column)]; ok {
		return s, ok
	}
	for _, c := range column {
		if c < 'a' || c > 'z' {
			return n.lookup(string(column))
		}
	}
	return slot{}, false
}

// lookupCut finds the slot of a column whose name was cut to ten bytes, as in a shapefile, if only one
// field can be meant.
func (n naming) lookupCut(column string) (best slot, ok bool) {
	column = strings.ToLower(column)
	for name, s := range n.slots {
		switch {
		case len(name) <= 10 || !strings.HasPrefix(name, column):
		case ok && s.field != best.field:
			return slot{}, false
		case !ok || s.rank < best.rank:
			best, ok = s, true
		}
	}
	return best, ok
}

// record holds the values of a row by field.
type record struct {
	value [fieldCount]string
	rank  [fieldCount]uint8
}

// put stores a value unless a better column has filled the field.
func (r *record) put(s slot, value string) {
	if value == "" || (r.value[s.field] != "" && r.rank[s.field] <= s.rank) {
		return
	}
	r.value[s.field], r.rank[s.field] = value, s.rank
}

// Columns by field, best first, are what OpenStreetMap, INSPIRE, national building registers and Chinese
// surveys call them. Row numbers that change with every export (fid, objectid) are not ids.

// placeColumns hold the place of a row of a table.
func placeColumns() map[field][]string {
	return map[field][]string{
		fieldLon:      {"lon", "lng", "long", "longitude", "经度", "x", "xcoord", "x_coord", "easting", "e", "东坐标", "横坐标", "point_x"},
		fieldLat:      {"lat", "latitude", "纬度", "y", "ycoord", "y_coord", "northing", "n", "北坐标", "纵坐标", "point_y"},
		fieldGeometry: {"geometry", "geom", "wkt", "the_geom", "wkt_geom", "geojson", "shape", "wkb_geometry", "way", "几何", "图形", "坐标串"},
	}
}

// buildingColumns hold what is known about a building.
func buildingColumns() map[field][]string {
	return map[field][]string{
		fieldID: {"id", "@id", "osm_id", "osm_way_id", "full_id", "localid", "local_id", "inspireid", "inspireid_localid", "inspireid.localid",
			"gml_id", "identifier", "identificatie", "building_id", "buildingid", "bldg_id", "egid", "rnb_id", "cleabs", "toid", "uuid", "guid",
			"globalid", "bin", "楼栋编码", "房屋编码", "建筑编码", "楼栋编号", "房屋编号", "编码", "编号", "标识码"},
		fieldName: {"name", "building_name", "buildingname", "bldg_name", "addr:housename", "nom", "naam", "nombre", "nome", "naziv",
			"gebaeudename", "geographicalname", "楼栋名称", "建筑名称", "房屋名称", "楼名", "名称", "name:zh", "name:en"},
		fieldAddress: {"address", "addr:full", "full_address", "addr", "adresse", "indirizzo", "direccion", "adres", "地址", "详细地址", "门牌地址", "标准地址"},
		fieldStreet:  {"addr:street", "street", "street_name", "streetname", "addr:place", "strasse", "straße", "rue", "道路名称", "街路巷", "路名"},
		fieldNumber:  {"addr:housenumber", "housenumber", "house_number", "house_num", "street_number", "hausnummer", "hausnr", "huisnummer", "门牌号", "门牌"},
		fieldFloors: {"floors", "building:levels", "levels", "storeys", "stories", "num_floors", "numfloors", "nb_etages", "nombre_d_etages",
			"numberoffloorsaboveground", "floorsabov", "gastw", "anzahl_geschosse", "geschosse", "building_levels", "floor", "地上层数", "总层数", "层数", "楼层数"},
		fieldHeight: {"height", "building:height", "building_height", "heightaboveground", "measuredheight", "bldg_height", "hauteur", "hoogte",
			"hoehe", "altezza", "render_height", "height_m", "建筑高度", "高度", "楼高"},
		fieldUse: {"use", "building:use", "building_use", "currentuse", "usage", "usage_1", "usage1", "function", "funktion", "gkat", "gklas",
			"gebruiksdoel", "building_type", "building", "type", "class", "用途", "房屋用途", "建筑用途", "使用性质"},
		fieldState: {"state", "status", "conditionofconstruction", "condition", "construction_status", "gstat", "etat", "pandstatus",
			"状态", "房屋状态", "建筑状态", "建设状态"},
	}
}

// divisionColumns hold what is known about a division.
func divisionColumns() map[field][]string {
	return map[field][]string{
		fieldID:     {"id", "@id", "osm_id", "localid", "inspireid", "gml_id"},
		fieldCode:   {"code", "adcode", "official_code", "nationalcode", "nuts_id", "lau_id", "bfs_nummer", "ars", "insee", "行政区划代码", "区划代码", "统计用区划代码", "代码", "编码"},
		fieldName:   {"name", "fullname", "full_name", "local_name", "nom", "naam", "gen", "行政区划名称", "区划名称", "名称"},
		fieldParent: {"parent", "parent_code", "parentcode", "parent.adcode", "parent.code", "pcode", "父级代码", "上级代码", "上级编码", "上级"},
		fieldLevel:  {"level", "admin_level", "adminlevel", "级别", "层级", "行政级别"},
	}
}

// zoneColumns hold what is known about a planner's zone.
func zoneColumns() map[field][]string {
	return map[field][]string{
		fieldID: {"id", "@id", "zone_id", "zoneid", "zone_no", "code", "编号", "功能区编号", "代码", "编码"},
		fieldName: {"name", "zone_name", "zonename", "zone", "title", "label", "nom", "naam", "bezeichnung", "名称", "功能区名称", "功能区",
			"区域名称", "分区名称"},
		fieldKind: {"kind", "type", "class", "category", "zone_kind", "zone_type", "function", "类型", "类别", "功能区类型", "主体功能",
			"功能类型", "开发类型"},
		fieldNote: {"note", "notes", "remark", "remarks", "comment", "description", "备注", "说明"},
		fieldCell: {"cell", "h", "h3", "h3_cell", "h3_index", "h3index", "hex", "hex_id", "网格", "网格单元", "网格编码"},
	}
}

// targets are the names that --map takes on its right side.
func targets() map[string]field {
	return map[string]field{
		"id": fieldID, "name": fieldName, "address": fieldAddress, "street": fieldStreet, "number": fieldNumber,
		"floors": fieldFloors, "height": fieldHeight, "use": fieldUse, "state": fieldState,
		"code": fieldCode, "parent": fieldParent, "level": fieldLevel,
		"kind": fieldKind, "note": fieldNote, "cell": fieldCell,
		"lon": fieldLon, "lat": fieldLat, "geometry": fieldGeometry,
	}
}

func buildingNames(custom map[string]string) (naming, error) {
	return newNaming(custom, buildingColumns())
}
func divisionNames(custom map[string]string) (naming, error) {
	return newNaming(custom, divisionColumns())
}
func zoneNames(custom map[string]string) (naming, error) {
	return newNaming(custom, zoneColumns())
}

// newNaming joins the person's own names with the automatic ones; a field that the person has named is
// filled from nowhere else.
func newNaming(custom map[string]string, columns map[field][]string) (naming, error) {
	n := naming{slots: map[string]slot{}}
	known, place, named := targets(), placeColumns(), map[field]bool{}
	for from, to := range custom {
		f, ok := known[to]
		_, belongs := columns[f]
		_, isPlace := place[f]
		if !ok || !belongs && !isPlace {
			return n, fmt.Errorf("--map %s=%s: there is no field %q, only %s", from, to, to, fieldsOf(columns))
		}
		n.slots[strings.ToLower(strings.TrimSpace(from))] = slot{field: f}
		named[f] = true
	}
	for _, set := range []map[field][]string{columns, place} {
		for f, list := range set {
			if named[f] {
				continue
			}
			for i, column := range list {
				if _, taken := n.slots[column]; !taken {
					n.slots[column] = slot{field: f, rank: uint8(i + 1)}
				}
			}
		}
	}
	return n, nil
}

func fieldsOf(columns map[field][]string) string {
	var names []string
	place := placeColumns()
	for name, f := range targets() {
		_, belongs := columns[f]
		_, isPlace := place[f]
		if belongs || isPlace {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
