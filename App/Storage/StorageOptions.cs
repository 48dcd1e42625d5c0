namespace Downbeat.Storage;

/// <summary>Settings section <c>Storage</c>.</summary>
internal sealed record StorageOptions
{
    /// <summary>Free space that must remain on the disk, in megabytes; work that would eat into it is refused with 507.</summary>
    public int DiskReserveMegabytes { get; init; } = 512;
}
