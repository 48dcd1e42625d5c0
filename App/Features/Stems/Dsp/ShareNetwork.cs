using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
    /// <param name="table">For each of an even number of hidden units its weights and its biases at the points; then for each source its weights and its offset; in units of 1/1024.</param>
    public ShareNetwork(int inputs, ReadOnlySpan<short> table)
    {
        var units = (table.Length - Sources) / (inputs + Points + Sources);
        ArgumentOutOfRangeException.ThrowIfNotEqual(table.Length, (units * (inputs + Points)) + (Sources * (units + 1)), nameof(table));
        ArgumentOutOfRangeException.ThrowIfNotEqual(units % 2, 0, nameof(units));
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
        ArgumentOutOfRangeException.ThrowIfLessThan(cues.Length, inputs * Stride, nameof(cues));
        ArgumentOutOfRangeException.ThrowIfLessThan(shares.Length, Sources * Stride, nameof(shares));
        var wide = Vector<float>.Count;
        for (var k = 0; k < Stride; k += 4 * wide)
        {
            for (var source = 0; source < Sources; source++)
            {
                shares.Slice((source * Stride) + k, 4 * wide).Fill(offsets[source]);
            }

            for (var unit = 0; unit < units; unit += 2)
            {
                Unfold(cues[k..], unit, k, shares);
            }

            for (var n = k; n < k + (4 * wide); n += wide)
            {
                Softmax(shares[n..]);
            }
        }
    }

    // Two units for four registers of bins: as many sums at once as fit, so that what is loaded is used twice. The constructor and Apply have seen to it that all of it is there.
    private void Unfold(ReadOnlySpan<float> cues, int unit, int k, Span<float> shares)
    {
        var wide = (nuint)Vector<float>.Count;
        ref var cue = ref MemoryMarshal.GetReference(cues);
        ref var weights = ref first[unit * inputs];
        ref var bias = ref biases[(unit * Stride) + k];
        var (a0, a1, a2, a3) = (Load(ref bias, 0), Load(ref bias, wide), Load(ref bias, 2 * wide), Load(ref bias, 3 * wide));
        bias = ref Unsafe.Add(ref bias, Stride);
        var (b0, b1, b2, b3) = (Load(ref bias, 0), Load(ref bias, wide), Load(ref bias, 2 * wide), Load(ref bias, 3 * wide));
        for (var input = 0; input < inputs; input++)
        {
            var (x0, x1, x2, x3) = (Load(ref cue, 0), Load(ref cue, wide), Load(ref cue, 2 * wide), Load(ref cue, 3 * wide));
            var weight = new Vector<float>(Unsafe.Add(ref weights, input));
            a0 = Vector.FusedMultiplyAdd(weight, x0, a0);
            a1 = Vector.FusedMultiplyAdd(weight, x1, a1);
            a2 = Vector.FusedMultiplyAdd(weight, x2, a2);
            a3 = Vector.FusedMultiplyAdd(weight, x3, a3);
            weight = new Vector<float>(Unsafe.Add(ref weights, input + inputs));
            b0 = Vector.FusedMultiplyAdd(weight, x0, b0);
            b1 = Vector.FusedMultiplyAdd(weight, x1, b1);
            b2 = Vector.FusedMultiplyAdd(weight, x2, b2);
            b3 = Vector.FusedMultiplyAdd(weight, x3, b3);
            cue = ref Unsafe.Add(ref cue, Stride);
        }

        ref var share = ref shares[k];
        for (var source = 0; source < Sources; source++)
        {
            var (weightA, weightB) = (new Vector<float>(second[(source * units) + unit]), new Vector<float>(second[(source * units) + unit + 1]));
            Speak(a0, b0, weightA, weightB, ref share, 0);
            Speak(a1, b1, weightA, weightB, ref share, wide);
            Speak(a2, b2, weightA, weightB, ref share, 2 * wide);
            Speak(a3, b3, weightA, weightB, ref share, 3 * wide);
            share = ref Unsafe.Add(ref share, Stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Load(ref float row, nuint at) => Vector.LoadUnsafe(ref row, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Speak(Vector<float> a, Vector<float> b, Vector<float> weightA, Vector<float> weightB, ref float share, nuint at)
    {
        var sum = Vector.FusedMultiplyAdd(weightA, Vector.Max(a, default), Load(ref share, at));
        Vector.FusedMultiplyAdd(weightB, Vector.Max(b, default), sum).StoreUnsafe(ref share, at);
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
