using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>Writes cues one after the other, each a row of <see cref="ShareNetwork.Stride"/> values, none further from 0 than <see cref="Limit"/>.</summary>
internal ref struct CueWriter(Span<float> cues)
{
    /// <summary>Cues are cut off here.</summary>
    public const float Limit = 6;

    private readonly Span<float> cues = cues;
    private int count;

    /// <summary>The row of the next cue, to be written by the caller.</summary>
    public Span<float> Next() => cues.Slice(ShareNetwork.Stride * count++, SongGrid.Bins);

    /// <summary>The same for all bins.</summary>
    public void Whole(float value) => Next().Fill(Math.Clamp(value, -Limit, Limit));

    /// <summary>Values as they are.</summary>
    public void Plain(ReadOnlySpan<float> values) => values.CopyTo(Next());

    /// <summary>Values times a factor.</summary>
    public void Scaled(ReadOnlySpan<float> values, float factor)
    {
        var row = Next();
        values.CopyTo(row);
        Vectors.Scale(row, factor);
    }

    /// <summary>Shares from 0 to 1, as odds.</summary>
    public void Shares(ReadOnlySpan<float> shares)
    {
        var row = Next();
        for (var k = 0; k < row.Length; k++)
        {
            row[k] = (shares[k] + 1e-3f) / (1 - shares[k] + 1e-3f);
        }

        Vectors.Logarithms(row, row);
    }

    /// <summary>Values over others, times a factor; 0 where both are quiet.</summary>
    public void Ratios(ReadOnlySpan<float> values, ReadOnlySpan<float> others, float factor)
    {
        var row = Next();
        for (var k = 0; k < row.Length; k++)
        {
            row[k] = factor * values[k] / (others[k] + 1e-6f);
        }
    }

    /// <summary>Differences of levels.</summary>
    public void Difference(ReadOnlySpan<float> levels, ReadOnlySpan<float> others)
    {
        var row = Next();
        for (var k = 0; k < row.Length; k++)
        {
            row[k] = Math.Clamp(levels[k] - others[k], -Limit, Limit);
        }
    }

    /// <summary>Levels against powers.</summary>
    public void Against(ReadOnlySpan<float> levels, ReadOnlySpan<float> powers, float quiet)
    {
        var row = Next();
        for (var k = 0; k < row.Length; k++)
        {
            row[k] = Math.Max(powers[k], 0) + quiet;
        }

        Vectors.Logarithms(row, row);
        for (var k = 0; k < row.Length; k++)
        {
            row[k] = Math.Clamp(levels[k] - row[k], -Limit, Limit);
        }
    }

    /// <summary>Levels against one power.</summary>
    public void Against(ReadOnlySpan<float> levels, float power, float quiet)
    {
        var row = Next();
        var level = MathF.Log(Math.Max(power, 0) + quiet);
        for (var k = 0; k < row.Length; k++)
        {
            row[k] = Math.Clamp(levels[k] - level, -Limit, Limit);
        }
    }
}
