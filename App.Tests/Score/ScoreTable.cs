using System.Globalization;
using System.Text;

namespace Downbeat.Tests.Score;

/// <summary>The scores as a Markdown table that also reads well in a terminal: a row for each piece and engine, then the means. Columns in which nothing is known are left out.</summary>
internal static class ScoreTable
{
    private static readonly Column[] Columns =
    [
        new("true BPM", score => score.Piece.TempoBpm, "0.00", false),
        new("BPM", score => score.Found.TempoBpm, "0.00", false),
        new("sure", score => score.Found.Confidence, "0.00", false),
        new("off BPM", score => score.TempoErrorBpm, "0.00", true),
        new("acc 1", score => score.Accuracy1, "0.00", true),
        new("acc 2", score => score.Accuracy2, "0.00", true),
        new("beat F", score => score.BeatF, "0.000", true),
        new("fair F", score => score.FairBeatF, "0.000", true),
        new("CMLt", score => score.Continuity?.CmlT, "0.000", true),
        new("AMLt", score => score.Continuity?.AmlT, "0.000", true),
        new("down F", score => score.DownbeatF, "0.000", true),
        new("part 0.5", score => score.NearBorders, "0.000", true),
        new("part 3", score => score.FarBorders, "0.000", true),
        new("inner 3", score => score.FarInnerBorders, "0.000", true),
        new("pairs", score => score.Pairwise, "0.000", true),
        new("key", score => score.Key, "0.00", true),
        new("alarm", score => score.FalseAlarm, "0.00", true),
        new("s", score => score.Found.WorkSeconds, "0.00", true),
    ];

    /// <summary>Writes the table.</summary>
    /// <param name="scores">In the order of its rows.</param>
    public static string Of(IReadOnlyList<PieceScore> scores)
    {
        Column[] columns = [.. Columns.Where(column => scores.Any(score => column.Value(score) is not null))];
        var rows = new List<string[]> { (string[])["piece", "engine", .. columns.Select(column => column.Heading)] };
        rows.AddRange(scores.Select(score => (string[])[score.Piece.Name, score.Engine, .. columns.Select(column => Text(column.Value(score), column.Format))]));
        foreach (var engine in scores.GroupBy(score => score.Engine))
        {
            rows.Add(Means("mean of steady", engine.Key, [.. engine.Where(score => score.Piece.IsSteady)], columns));
            rows.Add(Means("mean of all", engine.Key, [.. engine], columns));
        }

        return Markdown(rows);
    }

    /// <summary>Writes a table, the headings first; its first two columns are text and the others numbers.</summary>
    public static string Markdown(List<string[]> rows)
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

    private static string[] Means(string name, string engine, IReadOnlyList<PieceScore> scores, Column[] columns) =>
        [name, engine, .. columns.Select(column => column.HasMean ? Text(scores.Average(column.Value), column.Format) : "")];

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private sealed record Column(string Heading, Func<PieceScore, double?> Value, string Format, bool HasMean);
}
