using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// A level of H.264: what a player must be able to decode (ITU-T H.264, table A-1). Phones play 4.1 everywhere, so nothing lower is of use to anybody; above it stands the lowest level that fits.
/// All pieces of a film must name the same one, so it follows from size and rate alone.
/// </summary>
/// <param name="Number">The level times ten.</param>
/// <param name="MostBlocksPerSecond">Blocks of 16 × 16 pixels in a second.</param>
/// <param name="MostBlocks">Such blocks in a picture.</param>
/// <param name="MostKbps">Rate of the stream, kilobits a second.</param>
/// <param name="BufferKilobits">What a player holds ready of it.</param>
internal sealed record H264Level(int Number, int MostBlocksPerSecond, int MostBlocks, int MostKbps, int BufferKilobits)
{
    private const int BlockPixels = 16;

    private static readonly H264Level[] All =
    [
        new(41, 245_760, 8_192, 50_000, 62_500),
        new(42, 522_240, 8_704, 50_000, 62_500),
        new(50, 589_824, 22_080, 135_000, 135_000),
        new(51, 983_040, 36_864, 240_000, 240_000),
        new(52, 2_073_600, 36_864, 240_000, 240_000),
        new(60, 4_177_920, 139_264, 240_000, 240_000),
    ];

    /// <summary>As it is called: 4.1.</summary>
    public string Name => NameOf(Number);

    /// <summary>The level of a film.</summary>
    /// <exception cref="InvalidOperationException">It is larger or faster than any that can be asked for.</exception>
    public static H264Level Of(Cut cut)
    {
        static int Blocks(int pixels) => (pixels + BlockPixels - 1) / BlockPixels;
        var blocks = Blocks(cut.Width) * Blocks(cut.Height);
        return All.First(level => blocks <= level.MostBlocks && blocks * cut.Rate.PerSecond <= level.MostBlocksPerSecond);
    }

    /// <summary>What a level is called that a file gives as a number.</summary>
    public static string NameOf(int number) => FormattableString.Invariant($"{number / 10}.{number % 10}");
}
