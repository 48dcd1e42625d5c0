namespace Downbeat.Features.Compositions.Rendering;

/// <summary>Languages by the three letters that MP4 keeps (ISO 639-2/T). The studio runs without the system's tables of cultures.</summary>
internal static class LanguageCodes
{
    private const string Undetermined = "und";

    private static readonly string[][] Known =
    [
        .. """
            af afr Afrikaans; am amh Amharic; ar ara Arabic; az aze Azerbaijani; be bel Belarusian; bg bul Bulgarian; bn ben Bengali; bo bod Tibetan; br bre Breton; bs bos Bosnian;
            ca cat Catalan; co cos Corsican; cs ces Czech; cy cym Welsh; da dan Danish; de deu German; el ell Greek; en eng English; eo epo Esperanto; es spa Spanish; et est Estonian;
            eu eus Basque; fa fas Persian; fi fin Finnish; fo fao Faroese; fr fra French; fy fry Frisian; ga gle Irish; gd gla Gaelic; gl glg Galician; gu guj Gujarati; ha hau Hausa;
            he heb Hebrew; hi hin Hindi; hr hrv Croatian; ht hat Haitian; hu hun Hungarian; hy hye Armenian; id ind Indonesian; ig ibo Igbo; is isl Icelandic; it ita Italian; ja jpn Japanese;
            jv jav Javanese; ka kat Georgian; kk kaz Kazakh; km khm Khmer; kn kan Kannada; ko kor Korean; ku kur Kurdish; ky kir Kyrgyz; la lat Latin; lb ltz Luxembourgish; lo lao Lao;
            lt lit Lithuanian; lv lav Latvian; mg mlg Malagasy; mi mri Maori; mk mkd Macedonian; ml mal Malayalam; mn mon Mongolian; mr mar Marathi; ms msa Malay; mt mlt Maltese;
            my mya Burmese; nb nob Bokmål; ne nep Nepali; nl nld Dutch; nn nno Nynorsk; no nor Norwegian; oc oci Occitan; pa pan Punjabi; pl pol Polish; ps pus Pashto; pt por Portuguese;
            qu que Quechua; ro ron Romanian; ru rus Russian; sa san Sanskrit; sd snd Sindhi; si sin Sinhala; sk slk Slovak; sl slv Slovenian; sm smo Samoan; sn sna Shona; so som Somali;
            sq sqi Albanian; sr srp Serbian; su sun Sundanese; sv swe Swedish; sw swa Swahili; ta tam Tamil; te tel Telugu; tg tgk Tajik; th tha Thai; tk tuk Turkmen; tl tgl Tagalog;
            tr tur Turkish; tt tat Tatar; ug uig Uyghur; uk ukr Ukrainian; ur urd Urdu; uz uzb Uzbek; vi vie Vietnamese; wo wol Wolof; xh xho Xhosa; yi yid Yiddish; yo yor Yoruba;
            zh zho Chinese; zu zul Zulu
            """.Split(';', StringSplitOptions.TrimEntries).Select(names => names.Split(' ')),
    ];

    /// <summary>The three letters of a language.</summary>
    /// <param name="language">As somebody names it: <c>en</c>, <c>pt-BR</c>, <c>deu</c> or <c>English</c>; null when not known.</param>
    /// <returns><c>und</c> for one that is not known.</returns>
    public static string Of(string? language)
    {
        var name = (language ?? "").Split('-', '_', ' ', '(')[0];
        return Known.FirstOrDefault(names => names.Contains(name, StringComparer.OrdinalIgnoreCase))?[1] ?? Undetermined;
    }
}
