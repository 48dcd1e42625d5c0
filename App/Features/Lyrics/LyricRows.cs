namespace Downbeat.Features.Lyrics;

/// <summary>The lines as the page shows them: each keeps its number, and with it its fields and the focus in them, while others come and go around it.</summary>
internal sealed class LyricRows
{
    private int newest;

    /// <summary>One for each line, in order.</summary>
    public IReadOnlyList<LyricRow> All { get; private set; } = [];

    /// <summary>Shows other lines. Those that are as before at the beginning and at the end keep their numbers, and so do those between, as far as there were any.</summary>
    public void Show(IReadOnlyList<LyricLine> lines)
    {
        var old = All;
        var shorter = Math.Min(old.Count, lines.Count);
        var (before, after) = (0, 0);
        while (before < shorter && AreSame(old[before].Line, lines[before]))
        {
            before++;
        }

        while (after < shorter - before && AreSame(old[^(after + 1)].Line, lines[^(after + 1)]))
        {
            after++;
        }

        All =
        [
            .. old.Take(before),
            .. lines.Skip(before).Take(lines.Count - before - after).Select((line, i) => Row(before + i < old.Count - after ? old[before + i] : null, line)),
            .. old.Skip(old.Count - after),
        ];
    }

    // The line that was there is kept where it is the same: a row draws itself anew for another one.
    private LyricRow Row(LyricRow? old, LyricLine line) => old is null ? new(++newest, line) : AreSame(old.Line, line) ? old : old with { Line = line };

    private static bool AreSame(LyricLine a, LyricLine b) => a with { Words = b.Words } == b && a.Words.SequenceEqual(b.Words);
}

/// <summary>A line on the page.</summary>
/// <param name="Id">Its number, which no other has had.</param>
/// <param name="Line">The line.</param>
internal sealed record LyricRow(int Id, LyricLine Line);
