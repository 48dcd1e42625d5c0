using System.Numerics;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>
/// Weighs cues against each other: a small network (one hidden layer of rectified units, softmax) that says for each bin how its power is shared among the sources. How loud a unit speaks at
/// which frequency comes from a bias between <see cref="Points"/> points an octave apart.
/// </summary>
internal sealed class ShareNetwork
{
    /// <summary>Sources: vocals, drums, bass, piano, other.</summary>
    public const int Sources = 5;

    /// <summary>Places for the values of a row: the bins, filled up to whole registers.</summary>
    public const int Stride = ((SongGrid.Bins / Tile) + 1) * Tile;

    /// <summary>Points of the bias over frequency, an octave apart, from 30 Hz to 15 kHz.</summary>
    public const int Points = 10;

    private const int Tile = 64;
    private const double LowestHz = 30;

    private readonly int inputs;
    private readonly int units;
    private readonly float[] first;
    private readonly float[] biases;
    private readonly float[] second;
    private readonly float[] offsets;

    /// <summary>Makes the network of a table.</summary>
    /// <param name="inputs">Cues it looks at.</param>
    /// <param name="units">Hidden units.</param>
    /// <param name="table">For each unit its weights and its biases at the points; then for each source its weights and its offset; in units of 1/1024.</param>
    public ShareNetwork(int inputs, int units, ReadOnlySpan<short> table)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(table.Length, (units * (inputs + Points)) + (Sources * (units + 1)), nameof(table));
        (this.inputs, this.units) = (inputs, units);
        first = new float[units * inputs];
        biases = new float[units * Stride];
        second = new float[Sources * units];
        offsets = new float[Sources];
        for (var unit = 0; unit < units; unit++)
        {
            var row = table.Slice(unit * (inputs + Points), inputs + Points);
            Scaled(row[..inputs], first.AsSpan(unit * inputs, inputs));
            Interpolate(row[inputs..], biases.AsSpan(unit * Stride, Stride));
        }

        for (var source = 0; source < Sources; source++)
        {
            var row = table.Slice((units * (inputs + Points)) + (source * (units + 1)), units + 1);
            Scaled(row[..units], second.AsSpan(source * units, units));
            offsets[source] = row[units] / Unit;
        }
    }

    /// <summary>Cues it looks at.</summary>
    public int Inputs => inputs;

    private static float Unit => 1024;

    /// <summary>Shares of one frame.</summary>
    /// <param name="cues">Rows of <see cref="Stride"/> values, one for each input.</param>
    /// <param name="shares">Takes <see cref="Sources"/> rows of <see cref="Stride"/> values; those of a bin are not negative and add up to 1.</param>
    public void Apply(ReadOnlySpan<float> cues, Span<float> shares)
    {
        var wide = Vector<float>.Count;
        for (var k = 0; k < Stride; k += 4 * wide)
        {
            for (var source = 0; source < Sources; source++)
            {
                shares.Slice((source * Stride) + k, 4 * wide).Fill(offsets[source]);
            }

            for (var unit = 0; unit < units; unit++)
            {
                Unfold(cues[k..], unit, k, shares);
            }

            for (var n = k; n < k + (4 * wide); n += wide)
            {
                Softmax(shares[n..]);
            }
        }
    }

    private void Unfold(ReadOnlySpan<float> cues, int unit, int k, Span<float> shares)
    {
        var wide = Vector<float>.Count;
        var bias = biases.AsSpan((unit * Stride) + k, 4 * wide);
        var (a, b, c, d) = (new Vector<float>(bias), new Vector<float>(bias[wide..]), new Vector<float>(bias[(2 * wide)..]), new Vector<float>(bias[(3 * wide)..]));
        var weights = first.AsSpan(unit * inputs, inputs);
        for (var input = 0; input < weights.Length; input++)
        {
            var weight = new Vector<float>(weights[input]);
            var row = cues.Slice(input * Stride, 4 * wide);
            a = Vector.FusedMultiplyAdd(weight, new(row), a);
            b = Vector.FusedMultiplyAdd(weight, new(row[wide..]), b);
            c = Vector.FusedMultiplyAdd(weight, new(row[(2 * wide)..]), c);
            d = Vector.FusedMultiplyAdd(weight, new(row[(3 * wide)..]), d);
        }

        (a, b, c, d) = (Vector.Max(a, default), Vector.Max(b, default), Vector.Max(c, default), Vector.Max(d, default));
        for (var source = 0; source < Sources; source++)
        {
            var weight = new Vector<float>(second[(source * units) + unit]);
            var row = shares.Slice((source * Stride) + k, 4 * wide);
            Vector.FusedMultiplyAdd(weight, a, new(row)).CopyTo(row);
            Vector.FusedMultiplyAdd(weight, b, new(row[wide..])).CopyTo(row[wide..]);
            Vector.FusedMultiplyAdd(weight, c, new(row[(2 * wide)..])).CopyTo(row[(2 * wide)..]);
            Vector.FusedMultiplyAdd(weight, d, new(row[(3 * wide)..])).CopyTo(row[(3 * wide)..]);
        }
    }

    private static void Softmax(Span<float> shares)
    {
        var highest = new Vector<float>(float.MinValue);
        for (var source = 0; source < Sources; source++)
        {
            highest = Vector.Max(highest, new(shares[(source * Stride)..]));
        }

        var sum = Vector<float>.Zero;
        for (var source = 0; source < Sources; source++)
        {
            var weight = Vector.Exp(new Vector<float>(shares[(source * Stride)..]) - highest);
            weight.CopyTo(shares[(source * Stride)..]);
            sum += weight;
        }

        for (var source = 0; source < Sources; source++)
        {
            (new Vector<float>(shares[(source * Stride)..]) / sum).CopyTo(shares[(source * Stride)..]);
        }
    }

    private static void Scaled(ReadOnlySpan<short> table, Span<float> values)
    {
        for (var n = 0; n < table.Length; n++)
        {
            values[n] = table[n] / Unit;
        }
    }

    private static void Interpolate(ReadOnlySpan<short> points, Span<float> values)
    {
        for (var k = 0; k < values.Length; k++)
        {
            var place = Math.Clamp(Math.Log2(Math.Max(k, 1) * SongGrid.BinHz / LowestHz), 0, Points - 1.001);
            var (point, part) = ((int)place, (float)(place % 1));
            values[k] = ((points[point] * (1 - part)) + (points[point + 1] * part)) / Unit;
        }
    }
}
