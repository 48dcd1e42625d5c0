using System.Globalization;
using Downbeat.Features.Stems;

namespace Downbeat.Tests.Score.Stems;

/// <summary>The scores of split songs as Markdown tables that also read well in a terminal, and as comma-separated values.</summary>
internal static class StemTables
{
    private static readonly string[] Names = [StemNames.Drums, StemNames.Bass, StemNames.Other, StemNames.Vocals];

    /// <summary>Writes the tables: plain SDR, BSS Eval's SDR, and its other ratios.</summary>
    /// <param name="scores">In the order of the rows.</param>
    public static string Of(IReadOnlyList<StemScore> scores) => string.Join(
        Environment.NewLine,
        Table("SDR", scores, score => score.SdrDb, [("alone", score => score.OtherAloneDb, "0.0"), ("residual", score => score.ResidualDb, "0"), ("s", score => score.WorkSeconds, "0.0")]),
        Table("v4 SDR", scores, score => score.Ratios.Sdr, []),
        ScoreTable.Markdown([["v4 ISR / SIR / SAR", "way", .. Names], .. scores.Select(score => (string[])[score.Song, score.Way, .. Names.Select(name => Others(score.Stems.GetValueOrDefault(name)))])]));

    /// <summary>Writes a line for each song, way and stem.</summary>
    public static string Csv(IReadOnlyList<StemScore> scores) => string.Concat(
        scores.SelectMany(score => score.Stems.Select(stem => string.Join(
            ',',
            [
                $"\"{score.Song.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", $"\"{score.Way.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", stem.Key,
                .. new[] { stem.Value.SdrDb, stem.Value.Ratios.Sdr, stem.Value.Ratios.Isr, stem.Value.Ratios.Sir, stem.Value.Ratios.Sar, score.ResidualDb, score.WorkSeconds }
                    .Select(value => Text(value, "0.0000")),
            ])))
            .Prepend("song,way,stem,sdr,v4_sdr,v4_isr,v4_sir,v4_sar,residual_db,seconds")
            .Select(line => line + "\n"));

    private static string Table(
        string heading, IReadOnlyList<StemScore> scores, Func<OneStemScore, double> value, (string Heading, Func<StemScore, double?> Value, string Format)[] columns)
    {
        double? Of(StemScore score, string name) => score.Stems.TryGetValue(name, out var stem) && double.IsFinite(value(stem)) ? value(stem) : null;
        var rows = new List<string[]> { (string[])[heading, "way", .. Names, "mean", .. columns.Select(column => column.Heading)] };
        rows.AddRange(scores.Select(score => (string[])
        [
            score.Song, score.Way, .. Names.Select(name => Text(Of(score, name), "0.0")), Text(Names.Average(name => Of(score, name)), "0.0"),
            .. columns.Select(column => Text(column.Value(score), column.Format)),
        ]));
        if (scores.Select(score => score.Song).Distinct().Count() > 1)
        {
            // All stems count alike in the last mean, however many a song has.
            rows.AddRange(scores.GroupBy(score => score.Way).Select(way => (string[])
            [
                "mean of songs", way.Key, .. Names.Select(name => Text(way.Average(score => Of(score, name)), "0.0")),
                Text(way.SelectMany(score => Names.Select(name => Of(score, name))).Average(), "0.0"), .. columns.Select(_ => ""),
            ]));
        }

        return ScoreTable.Markdown(rows);
    }

    private static string Others(OneStemScore? score) =>
        score is null ? "" : $"{Text(score.Ratios.Isr, "0.0")} / {Text(score.Ratios.Sir, "0.0")} / {Text(score.Ratios.Sar, "0.0")}";

    private static string Text(double? value, string format) => value is { } number && double.IsFinite(number) ? number.ToString(format, CultureInfo.InvariantCulture) : "";
}
