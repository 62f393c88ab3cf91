package web

import (
	"net/http"

	"github.com/gorilla/mux"
)

// problemTypes says for each slug what it means and what helps, for people who
// follow the address in a problem's type. A test holds it together with the
// slugs that the program uses.
var problemTypes = map[string]string{
	"malformed":                 "The request cannot be read: a body that is not JSON, a member or parameter that is not known, or a value of the wrong type. The errors name each.",
	"invalid":                   "The request is understood but breaks a rule of the registry.",
	"invalid_fields":            "Some fields break a rule of the registry. The errors name each of them and why.",
	"no_change":                 "What was sent is what the registry holds already.",
	"bad_code":                  "The text is not a house code. Suggestions are real codes one slip of the pen away.",
	"bad_cell":                  "The text is not an H3 cell of the registry's grid.",
	"code_unknown":              "The code is well formed, but was never issued, or was not known at the instant asked for.",
	"account_unknown":           "There is no account of that name.",
	"not_found":                 "There is no such thing.",
	"no_such_page":              "There is nothing at this address.",
	"no_such_tile":              "The tile's address is outside the layer's pyramid.",
	"no_such_style":             "There is no such style.",
	"no_plate":                  "A retired or void code has no door to put a plate on.",
	"method_not_allowed":        "The address does not take this method; Allow says which it takes.",
	"media_type":                "A body must be application/json in UTF-8.",
	"content_coding":            "Request bodies are taken uncompressed, so that a small one cannot become a large one.",
	"too_large":                 "The body is larger than the route takes.",
	"unauthenticated":           "Sign in, or send a token.",
	"bad_authorization":         "The Authorization header is not a bearer token.",
	"session_over":              "The session or token is not valid, or not any more.",
	"sign_in_failed":            "The name or the password is wrong.",
	"too_many_tries":            "Too many wrong passwords; Retry-After says when the next try is heard.",
	"too_many_exports":          "Other exports are under way; Retry-After says when to try again.",
	"too_many_streams":          "Too many event streams are open.",
	"not_your_cell":             "The place is not in a cell that is assigned to you now.",
	"not_your_house":            "What is stated about a house is for its own officer, administrator and landlord, and for clerks.",
	"headcount_unknown":         "Nothing is stated about the code from that day on.",
	"headcounts_refused":        "A table of headcounts is taken whole or not at all; the fields name the lines that are wrong.",
	"division_unknown":          "There is no such division.",
	"divisions_overlap":         "Two of the divisions share a community; give the total of one of them.",
	"estimate_impossible":       "The totals cannot be spread: more people are known than the total says, or there is too little floor area.",
	"visit_unknown":             "There is no such visit of yours, or it was taken back.",
	"proposal_unknown":          "There is no such proposal, or it is not for you to see.",
	"too_late":                  "A visit can be taken back on the day on which it was recorded.",
	"decided":                   "The proposal has been decided or withdrawn.",
	"zone_unknown":              "There is no such zone, or it was taken back, or was not known at the instant asked for.",
	"zone_withdrawn":            "The zone was taken back; draw a new one.",
	"unreadable_file":           "The file cannot be read to its end; the detail says where and why. Nothing was taken from it.",
	"strict":                    "Rows would be left out, and nothing was to be done if there are any. The errors name them.",
	"provider_away":             "The sign-in provider cannot be reached; try again soon, or sign in with a password.",
	"provider_refused":          "Signing in at the provider did not succeed: it was broken off, took too long, or there is no account here for the name. Ask an operator for an account.",
	"forbidden":                 "The account has no role that may do this.",
	"cross_origin":              "A change came from a page of another site.",
	"own_account":               "Operators cannot disable themselves or take their own role.",
	"name_taken":                "There is an account of that name.",
	"conflict":                  "The request clashes with what is there.",
	"overlap":                   "The footprint covers, or is covered by, more than 80 % of a live building. The codes name it; an override with a reason registers it all the same.",
	"external_id_taken":         "The external id belongs to another building.",
	"retired":                   "The code is retired; nothing more can happen to it.",
	"void":                      "The code is void: it was registered in error.",
	"not_in_force":              "The code is not in force yet.",
	"stale":                     "Somebody changed the record since you read it. Read it again and decide anew.",
	"precondition_missing":      "Say in If-Match which version you saw.",
	"idempotency_key_reused":    "The Idempotency-Key was used for another request.",
	"cursor":                    "The cursor is not one that this list gave out.",
	"cell":                      "The cell is not one of the registry's grid.",
	"too_many_codes":            "More codes than one request may resolve.",
	"has_dwellings":             "The building has live dwellings; each must be ended, moved or re-created in the same event.",
	"dwelling_without_building": "A dwelling would be left without a building on some day.",
	"label_taken":               "Another dwelling of the building has the room label.",
	"not_ended":                 "Only a building that was retired or voided can be revived.",
	"blocked":                   "Later events depend on what would be undone; the codes name their houses.",
	"event_unknown":             "There is no such event.",
	"lineage_cycle":             "A house cannot come out of one that came out of it.",
	"division_missing":          "The feed names a division that this registry lacks; bring the divisions over first.",
	"no_codes_left":             "Every code of this kind has been issued.",
	"key_missing":               "The registry has no key to mint codes with; it must be restored.",
	"counters_behind":           "The database was restored or copied, and may not mint codes until: fangma db restore --advance.",
	"not_your_cells":            "Some of the cells are not among those you are responsible for.",
	"not_your_officer":          "The officer works in none of the cells you are responsible for.",
	"assigned_meanwhile":        "Somebody else assigned one of these cells at the same moment. Look at the grid again.",
	"absent_already":            "An absence of the officer at that time is recorded already.",
	"absence_unknown":           "There is no such absence, or it was withdrawn.",
	"over":                      "It is over; what was is not changed any more.",
	"office_unknown":            "There is no such office.",
	"office_in_use":             "People work at the office; give them another first.",
	"held_already":              "The landlord holds the house at that time already.",
	"too_many_cells":            "More cells than one request takes.",
	"account_disabled":          "The account is shut.",
	"role_missing":              "The account does not hold the role at that time.",
	"role":                      "The word is no role, or not one that fits here.",
	"rows_hidden":               "The role cannot see every row of a table, so that a backup by it would not be whole.",
	"limited":                   "Too often; Retry-After says when to come back.",
	"unavailable":               "Not now; the detail says what must happen first.",
	"read_only":                 "This server only reads, as on a replica. What writes, signing in and looks at headcounts included, is done at the primary, whose address is in the answer if it is public.",
	"not_ready":                 "The server is starting, or has lost its database for a while.",
	"database_away":             "The database cannot be reached, or is starting or stopping.",
	"timeout":                   "The answer took too long.",
	"internal":                  "A fault of the server. Its log has more under the request's id.",
}

// getProblemType answers GET /problems/{slug}.
func (in *reading) getProblemType(w http.ResponseWriter, r *http.Request) error {
	slug := mux.Vars(r)["slug"]
	meaning, ok := problemTypes[slug]
	if !ok {
		return notFound("not_found", "there is no such kind of problem")
	}
	return writePage(w, r, http.StatusOK, "problem.html", map[string]string{"Lang": "en", "Slug": slug, "Meaning": meaning})
}
