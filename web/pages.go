package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
)

// Pages that are written by the server: they need no script.
//
//go:embed templates
var templates embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{"markdown": markdown, "inline": inline}).
	ParseFS(templates, "templates/*.html"))

//go:embed templates/page.css
var pageStyle []byte

// writePage writes a page from a template.
func writePage(w http.ResponseWriter, r *http.Request, status int, name string, data any) error {
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, name, data); err != nil {
		return fmt.Errorf("write page %s: %w", name, err)
	}
	send(w, r, answer{status: status, media: "text/html; charset=utf-8", body: out.Bytes()})
	return nil
}

// language is the one asked for in lang, else the first of Accept-Language
// that we have; Chinese if there is none.
func language(r *http.Request, asked string) string {
	if asked != "" {
		return asked
	}
	best, weight := "zh", 0.0
	for item := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(item), ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			q, _ = strconv.ParseFloat(v, 64) // 0 if it is not a number
		}
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if (primary == "zh" || primary == "en") && q > weight {
			best, weight = primary, q
		}
	}
	return best
}

// words are the texts of the server's own pages. The user interface has its
// own.
type words struct {
	Lang, Title                                         string
	Code, State, Status, Community, Since               string
	Successors, None, Plate, Map, NotIssued, NotACode   string
	NotIssuedHelp, NotACodeHelp, Meant, Void, OtherLang string
	InForce, Reserved, Retired, NoHeadcount             string
	NoPage, NoPageHelp, ToMap                           string
}

func wordsIn(lang string) words {
	if lang == "en" {
		return words{
			Lang: "en", Title: "House code", Code: "House code", State: "State", Status: "Code", Community: "Community",
			Since: "since", Successors: "Continued as", None: "none", Plate: "Door plate to print",
			Map: "Show on the map", NotIssued: "This code was never issued", NotACode: "This is not a house code",
			NotIssuedHelp: "The digits are well formed, but no house has them. Please compare them with the plate.",
			NotACodeHelp:  "A house code has twelve digits, and the last two fit the others. Please compare with the plate.",
			Meant:         "Did you mean", Void: "registered in error; there is no such house", OtherLang: "中文",
			InForce: "in force", Reserved: "reserved", Retired: "retired",
			NoHeadcount: "This page shows what everybody may know about the house, and nothing about who lives there.",
			NoPage:      "There is no such page", NoPageHelp: "The address may be misspelt, or the page may have moved.", ToMap: "To the house map",
		}
	}
	return words{
		Lang: "zh-Hans", Title: "房屋编码", Code: "房屋编码", State: "状态", Status: "编码", Community: "社区",
		Since: "自", Successors: "后续编码", None: "无", Plate: "可打印门牌", Map: "在地图上查看",
		NotIssued: "该编码从未发放", NotACode: "这不是房屋编码",
		NotIssuedHelp: "数字格式正确，但没有对应的房屋。请与门牌核对。",
		NotACodeHelp:  "房屋编码共十二位，末两位为校验位。请与门牌核对。",
		Meant:         "您是不是要找", Void: "登记有误，并无此房屋", OtherLang: "English",
		InForce: "有效", Reserved: "已预留", Retired: "已注销",
		NoHeadcount: "本页仅显示房屋的公开信息，不含任何居住人员信息。",
		NoPage:      "没有这个页面", NoPageHelp: "地址可能有误，或页面已移动。", ToMap: "前往房屋地图",
	}
}

// stateWord is a physical state, or how a code was retired, in words.
func stateWord(lang, state string) string {
	en := map[string]string{
		"planned": "planned", "under_construction": "under construction", "in_use": "in use", "unusable": "not usable",
		"demolished": "demolished", "not_realised": "never built", "split": "split", "merged": "merged",
	}
	zh := map[string]string{
		"planned": "规划中", "under_construction": "在建", "in_use": "使用中", "unusable": "不可使用",
		"demolished": "已拆除", "not_realised": "未建成", "split": "已拆分", "merged": "已合并",
	}
	if lang == "en" {
		return en[state]
	}
	return zh[state]
}
