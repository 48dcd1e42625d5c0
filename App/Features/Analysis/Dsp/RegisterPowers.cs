using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>How much power a sound has in eleven registers from 30 Hz to 10.8 kHz, measured block by block.</summary>
internal sealed class RegisterPowers
{
    /// <summary>Samples in a block.</summary>
    public const int WindowSamples = 1024;

    /// <summary>Values for each block.</summary>
    public const int Count = 11;

    private static readonly (double FromHz, double ToHz)[] Registers =
        [(30, 65), (65, 120), (120, 250), (250, 500), (500, 1000), (1000, 2000), (2000, 3500), (3500, 5500), (5500, 7500), (7500, 9000), (9000, 10800)];

    private static readonly (int From, int Count)[] Bins = [.. Registers.Select(register => (Bin(register.FromHz), Bin(register.ToHz) - Bin(register.FromHz)))];

    private readonly RealFft fft = new(WindowSamples);
    private readonly float[] power = new float[(WindowSamples / 2) + 1];

    /// <summary>What the samples of a block are multiplied by.</summary>
    public static float[] Window { get; } = WindowFunctions.Hann(WindowSamples);

    /// <summary>Measures a block.</summary>
    /// <param name="block"><see cref="WindowSamples"/> samples at <see cref="Level.SampleRate"/>, times the <see cref="Window"/>.</param>
    /// <param name="row">Takes the mean power of the bins of each register, <see cref="Count"/> values.</param>
    public void Measure(ReadOnlySpan<float> block, Span<float> row)
    {
        fft.Power(block, power);
        for (var register = 0; register < Count; register++)
        {
            row[register] = Vectors.Sum(power.AsSpan(Bins[register].From, Bins[register].Count)) / Bins[register].Count;
        }
    }

    private static int Bin(double hz) => (int)Math.Round(hz * WindowSamples / Level.SampleRate);
}
