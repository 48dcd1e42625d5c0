using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>The pitch of one source, followed in what a first look gave to it: the others disturb it less there than in the mix.</summary>
internal sealed class SourceLine
{
    /// <summary>How many cues it gives.</summary>
    public const int Count = 4;

    private readonly Plane loud;
    private readonly Plane part;
    private readonly Plane power;
    private readonly PitchTrack pitch;
    private readonly double middleHz;

    /// <summary>Makes ready to follow a source.</summary>
    /// <param name="loud">Amplitudes of the mix.</param>
    /// <param name="part">The same, times the source's share.</param>
    /// <param name="lowestHz">Lowest pitch.</param>
    /// <param name="octaves">Range above it.</param>
    /// <param name="harmonics">Partials that speak for a pitch.</param>
    public SourceLine(Plane loud, Plane part, double lowestHz, double octaves, int harmonics)
    {
        (this.loud, this.part, power) = (loud, part, new(part.Frames, part.Bins));
        pitch = new(power, lowestHz, octaves, harmonics, SongGrid.BinHz);
        middleHz = lowestHz * Math.Pow(2, octaves / 2);
    }

    /// <summary>Follows it.</summary>
    /// <param name="moved">Frames by which the stretch has moved on since the last time.</param>
    /// <param name="stop">Ends the work.</param>
    public void Take(int moved, CancellationToken stop)
    {
        power.Renew(moved, 0, (at, row) => Vectors.Multiply(loud.Row(at), part.Row(at), row), stop);
        pitch.Take(moved, stop);
    }

    /// <summary>The cues of one frame: how near each bin is to a partial, the same by how far the pitch stands out, that alone, and how high the pitch is.</summary>
    /// <param name="at">Which frame.</param>
    /// <param name="row">Room for a value for each bin.</param>
    /// <param name="writer">Takes <see cref="Count"/> cues.</param>
    public void Write(int at, Span<float> row, ref CueWriter writer)
    {
        pitch.Comb(at, row);
        writer.Scaled(row, 2);
        writer.Scaled(row, 4 * pitch.Strength(at));
        writer.Whole(4 * pitch.Strength(at));
        writer.Whole((float)Math.Log2(pitch.PitchHz(at) / middleHz));
    }
}
