package postgres

import "fangma/registry"

// verifierRights open every protected row to Verify.
var verifierRights = []registry.Right{registry.ReadAccess, registry.ReadAssignments, registry.ReadHeadcounts, registry.Proposals, registry.Visits}

// linkChecks are the checks in place of foreign keys of the grid, of
// headcounts, visits and zones.
func linkChecks() []Check {
	missing := func(what, constraint, table, key, column, target, targetKey string) Check {
		return Check{what, constraint, `
			select t.` + key + `::text from ` + table + ` t
			where t.` + column + ` is not null and not exists (select from ` + target + ` x where x.` + targetKey + ` = t.` + column + `)`}
	}
	event := func(what, constraint, table, key string) Check {
		return missing(what, constraint, table, key, "event_id", "event", "event_id")
	}
	building := func(what, constraint, table, key, column string) Check {
		return missing(what, constraint, table, key, column, "building", "building_code")
	}
	return []Check{
		missing("a headcount of a code that was never issued", "single_headcount_code", "headcount", "code", "code", "code", "code"),
		building("a headcount in a building that is not there", "single_headcount_building", "headcount", "code", "in_building"),
		event("a headcount without its event", "single_headcount_event", "headcount", "code"),
		event("a total without its event", "single_building_total_event", "building_total", "building_code"),
		event("an assignment without its event", "single_assignment_event", "assignment", "cell"),
		missing("an assignment whose end has no event", "single_assignment_ended_by", "assignment", "cell", "ended_by", "event", "event_id"),
		event("an absence without its event", "single_absence_event", "absence", "absence_id"),
		building("a visit to a building that is not there", "single_visit_building", "visit", "visit_id", "building_code"),
		event("a visit without its event", "single_visit_event", "visit", "visit_id"),
		building("a proposal for a building that is not there", "single_proposal_building", "proposal", "proposal_id", "building_code"),
		event("a proposal without its event", "single_proposal_event", "proposal", "proposal_id"),
		building("a holding of a building that is not there", "single_holding_building", "holding", "building_code", "building_code"),
		event("a holding without its event", "single_holding_event", "holding", "building_code"),
		event("a zone's version without its event", "single_zone_version_event", "zone_version", "zone_id"),
	}
}
