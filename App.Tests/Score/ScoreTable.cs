using System.Globalization;
using System.Text;

namespace Downbeat.Tests.Score;

/// <summary>The scores as a Markdown table that also reads well in a terminal: a row for each piece and engine, then the means.</summary>
internal static class ScoreTable
{
    private static readonly (string Heading, Func<PieceScore, double?> Value, string Format, bool HasMean)[] Columns =
    [
        ("true BPM", score => score.Piece.TempoBpm, "0.00", false),
        ("BPM", score => score.Found.TempoBpm, "0.00", false),
        ("sure", score => score.Found.Confidence, "0.00", false),
        ("off BPM", score => score.TempoErrorBpm, "0.00", true),
        ("acc 1", score => score.Accuracy1, "0.00", true),
        ("acc 2", score => score.Accuracy2, "0.00", true),
        ("beat F", score => score.BeatF, "0.000", true),
        ("fair F", score => score.FairBeatF, "0.000", true),
        ("CMLt", score => score.Continuity?.CmlT, "0.000", true),
        ("AMLt", score => score.Continuity?.AmlT, "0.000", true),
        ("down F", score => score.DownbeatF, "0.000", true),
        ("part 0.5", score => score.NearBorders, "0.000", true),
        ("part 3", score => score.FarBorders, "0.000", true),
        ("inner 3", score => score.FarInnerBorders, "0.000", true),
        ("pairs", score => score.Pairwise, "0.000", true),
        ("key", score => score.Key, "0.00", true),
        ("alarm", score => score.FalseAlarm, "0.00", true),
        ("s", score => score.Found.WorkSeconds, "0.00", true),
    ];

    /// <summary>Writes the table.</summary>
    /// <param name="scores">In the order of its rows.</param>
    public static string Of(IReadOnlyList<PieceScore> scores)
    {
        var rows = new List<string[]> { (string[])["piece", "engine", .. Columns.Select(column => column.Heading)] };
        rows.AddRange(scores.Select(score => (string[])[score.Piece.Name, score.Engine, .. Columns.Select(column => Text(column.Value(score), column.Format))]));
        foreach (var engine in scores.GroupBy(score => score.Engine))
        {
            rows.Add(Means("mean of steady", engine.Key, [.. engine.Where(score => score.Piece.IsSteady)]));
            rows.Add(Means("mean of all", engine.Key, [.. engine]));
        }

        return Markdown(rows);
    }

    private static string[] Means(string name, string engine, IReadOnlyList<PieceScore> scores) =>
        [name, engine, .. Columns.Select(column => column.HasMean ? Text(scores.Average(column.Value), column.Format) : "")];

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static string Markdown(List<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        var table = new StringBuilder();
        Append(rows[0]);
        Append([.. widths.Select((width, column) => IsText(column) ? new string('-', width) : new string('-', width - 1) + ":")]);
        rows[1..].ForEach(Append);
        return table.ToString();

        void Append(string[] row) => table.AppendLine($"| {string.Join(" | ", row.Select((cell, column) => IsText(column) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))} |");

        static bool IsText(int column) => column < 2;
    }
}
