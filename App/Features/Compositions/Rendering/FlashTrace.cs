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
}
