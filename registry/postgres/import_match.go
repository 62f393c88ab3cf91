package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Which building a row is, by geometry.
const (
	sameShare = 0.85 // of either footprint's ground, above which they are one building
	newShare  = 0.10 // of either's, below which they are two
	nearPoint = 5    // metres within which a point is a building
)

// match tells for every staged row which building of the registry it is, if any, or that it is ambiguous.
func (im *buildingImport) match(ctx context.Context, tx pgx.Tx) error {
	args := pgx.NamedArgs{
		"source": im.opt.Source, "from": im.from.Time(), "same": sameShare, "new": newShare, "near": nearPoint,
	}
	for _, sql := range []string{clearPlan, rejectRepeatedIDs, matchByID} {
		if _, err := tx.Exec(ctx, sql, args); err != nil {
			return fmt.Errorf("match by id: %w", err)
		}
	}
	if err := matchNear(ctx, tx, args); err != nil {
		return fmt.Errorf("match by geometry: %w", err)
	}
	for _, sql := range []string{leavePointsAtOne, rejectRepeatedMatches, leaveRetired} {
		if _, err := tx.Exec(ctx, sql, args); err != nil {
			return fmt.Errorf("check matches: %w", err)
		}
	}
	return nil
}

// matchNear matches by geometry until nothing new is found: a building that one row with an id is, no other row with an id
// can be, which may leave that one a single building or none. A second run of the file, when the ids are known, starts
// from there, and has to come to the same answers.
func matchNear(ctx context.Context, tx pgx.Tx, args pgx.NamedArgs) error {
	for before := int64(-1); ; {
		for _, sql := range []string{lookAgain, `drop table if exists pg_temp.import_near`, findNear, matchByGeometry, releaseRepeatedIDs} {
			if _, err := tx.Exec(ctx, sql, args); err != nil {
				return err
			}
		}
		var claims int64
		err := tx.QueryRow(ctx, `select count(*) from import_row where code is not null and id <> ''`).Scan(&claims)
		if err != nil || claims == before {
			return err
		}
		before = claims
	}
}

// clearPlan makes a plan that others have overtaken undone. What the reader of the file rejected has no geometry.
const clearPlan = `
	update import_row set outcome = null, code = null, exact = null, contested = null, planned = null, fields = null,
		field = null, reason = null, detail = null
	where geom is not null and outcome is not null`

const rejectRepeatedIDs = `
	update import_row r
	set outcome = 'rejected', field = 'id', reason = 'repeated_id', detail = format('row %s has the same id', d.first_line)
	from (
		select n, first_value(line) over file as first_line, row_number() over file as turn
		from import_row
		where id <> '' and geom is not null
		window file as (partition by id order by n)
	) d
	where d.n = r.n and d.turn > 1`

const matchByID = `
	update import_row r
	set code = x.building_code, exact = true
	from external_id x
	where x.source = @source and x.external_id = r.id and x.recorded_to = 'infinity' and r.id <> ''
		and r.geom is not null and r.outcome is null`

const lookAgain = `
	update import_row set outcome = null, field = null, reason = null, detail = null
	where outcome = 'ambiguous'`

// findNear pairs every row that is not matched by its id with the buildings it may be: standing ones, presently known, on
// or after the day from which the file holds. A building that has another id of the same source, or is getting one, is another building. Shares of
// the ground are null, and a distance is there, where one of the two is a point.
const findNear = `
	create temporary table import_near as
	select p.n, p.code, p.equal, p.planned = p.row_planned as alike,
		p.shared / p.row_area as row_share, p.shared / p.building_area as building_share, p.apart
	from (
		select r.n, v.building_code as code, bool_or(v.geom = r.geom) as equal,
			bool_and(v.state = 'planned') as planned, r.state = 'planned' as row_planned,
			nullif(st_area(r.geom), 0) as row_area, max(nullif(st_area(v.geom), 0)) as building_area,
			max(case when st_dimension(v.geom) = 2 and st_dimension(r.geom) = 2 then st_area(st_intersection(v.geom, r.geom)) end) as shared,
			min(case when st_dimension(v.geom) = 0 or st_dimension(r.geom) = 0 then st_distance(v.geom::geography, r.geom::geography) end) as apart
		from import_row r
			join building_version v on v.geom && r.box
		where r.outcome is null and r.code is null and r.geom is not null
			and v.recorded_to = 'infinity' and v.valid && daterange(@from, null) and v.state not in ('demolished', 'not_realised')
			and not (r.id <> '' and (
				exists (
					select from external_id x
					where x.building_code = v.building_code and x.source = @source and x.recorded_to = 'infinity')
				or exists (
					select from import_row o where o.code = v.building_code and o.id <> '')))
		group by r.n, v.building_code
	) p`

// matchByGeometry decides on the pairs. The nearest kind of likeness that fits a single building decides: the very same
// geometry, the same ground, a point inside, a point nearby. A planned house and a standing one may share the ground.
const matchByGeometry = `
	with kinds as (
		select n, code,
			equal as identical,
			coalesce(row_share > @same and building_share > @same, false) as same,
			coalesce(greatest(row_share, building_share) >= @new and alike, false) as partly,
			coalesce(apart = 0, false) as inside,
			coalesce(apart <= @near, false) as near
		from import_near
	), verdicts as (
		select n,
			case
				when count(*) filter (where identical) = 1 then min(code) filter (where identical)
				when count(*) filter (where same) = 1 then min(code) filter (where same)
				when bool_or(same or partly) then null
				when count(*) filter (where inside) = 1 then min(code) filter (where inside)
				when count(*) filter (where near) = 1 then min(code) filter (where near)
			end as code,
			bool_or(identical) as exact,
			string_agg(code::text, ', ' order by code) filter (where same or partly or near) as codes
		from kinds
		where identical or same or partly or near
		group by n
	)
	update import_row r
	set code = v.code, exact = v.exact,
		outcome = case when v.code is null then 'ambiguous' end,
		field = case when v.code is null then 'geometry' end,
		reason = case when v.code is null then 'ambiguous' end,
		detail = case when v.code is null then 'may be the same building as ' || left(v.codes, 200) end
	from verdicts v
	where v.n = r.n`

// releaseRepeatedIDs lets of several rows with ids that are one building only the clearest be it.
const releaseRepeatedIDs = `
	update import_row r
	set code = null, exact = null
	from (
		select n, row_number() over (partition by code order by coalesce(exact, false) desc, n) as turn
		from import_row
		where code is not null and outcome is null and id <> ''
	) d
	where d.n = r.n and d.turn > 1`

// leavePointsAtOne leaves it to a person which of several points near a building it is.
const leavePointsAtOne = `
	update import_row r
	set outcome = 'ambiguous', field = 'geometry', reason = 'ambiguous',
		detail = format('one of several rows that may be %s', d.code)
	from (
		select code, array_agg(n) as rows
		from import_row
		where code is not null and outcome is null
		group by code
		having count(*) > 1 and not bool_or(coalesce(exact, false))
	) d
	where r.n = any (d.rows) and st_dimension(r.geom) = 0`

// rejectRepeatedMatches leaves, of several rows that are one building all the same, the one that is it most clearly: by id
// or by the very same geometry, else the earlier.
const rejectRepeatedMatches = `
	update import_row r
	set outcome = 'rejected', field = 'geometry', reason = 'repeated_building',
		detail = format('row %s is the same building, %s', d.first_line, d.code)
	from (
		select n, code, first_value(line) over building as first_line, row_number() over building as turn
		from import_row
		where code is not null and outcome is null
		window building as (partition by code order by coalesce(exact, false) desc, n)
	) d
	where d.n = r.n and d.turn > 1`

// leaveRetired leaves rows alone whose building the registry holds to be gone: whether it stands again, or another in its
// place, a person has to say.
const leaveRetired = `
	update import_row r
	set outcome = 'ambiguous', field = 'id', reason = 'not_live', detail = format('%s is %s', c.code, c.status)
	from code c
	where c.code = r.code and c.status in ('retired', 'void') and r.outcome is null`

// overlapOf is overlapShare for two columns.
func overlapOf(a, b string) string {
	return strings.NewReplacer("v.geom", a, "$1", b).Replace(overlapShare)
}
