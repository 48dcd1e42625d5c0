using System.IO.Compression;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>A film seen from afar: what the flash check reads. Each picture is <see cref="Columns"/> × <see cref="Rows"/> cells of red, green and blue, one byte each, row by row.</summary>
internal static class FlashTrace
{
    /// <summary>Cells across.</summary>
    public const int Columns = 48;

    /// <summary>Cells down.</summary>
    public const int Rows = 27;

    /// <summary>Cells of a picture.</summary>
    public const int Cells = Columns * Rows;

    /// <summary>Bytes of a picture.</summary>
    public const int PictureBytes = 3 * Cells;

    /// <summary>The filters that turn pictures of any size into cells: each is the mean of what it covers.</summary>
    public static string Filters => FormattableString.Invariant($"scale={Columns}:{Rows}:flags=area,format=rgb24");

    /// <summary>Where the trace of a piece is kept: beside it.</summary>
    public static string KeyOf(string pieceKey) => pieceKey + ".flash";

    /// <summary>Takes the pictures of a piece out of a trace of several and writes them, packed, into a file.</summary>
    /// <param name="trace">Raw cells, read from where it stands.</param>
    /// <param name="frames">Pictures of the piece.</param>
    /// <param name="path">The file.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="EndOfStreamException">There are fewer pictures.</exception>
    public static async Task PackAsync(Stream trace, int frames, string path, CancellationToken stop)
    {
        await using var file = File.Create(path);
        await using var packed = new ZLibStream(file, CompressionLevel.Fastest);
        var picture = new byte[PictureBytes];
        for (var frame = 0; frame < frames; frame++)
        {
            await trace.ReadExactlyAsync(picture, stop).ConfigureAwait(false);
            await packed.WriteAsync(picture, stop).ConfigureAwait(false);
        }
    }

    /// <summary>The pictures of a packed trace, one after another in the same memory.</summary>
    /// <param name="path">What <see cref="PackAsync"/> wrote.</param>
    /// <param name="frames">Pictures of the piece.</param>
    /// <exception cref="EndOfStreamException">There are fewer pictures.</exception>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Pictures(string path, int frames)
    {
        using var packed = new ZLibStream(File.OpenRead(path), CompressionMode.Decompress);
        var picture = new byte[PictureBytes];
        for (var frame = 0; frame < frames; frame++)
        {
            packed.ReadExactly(picture);
            yield return picture;
        }
    }
}
