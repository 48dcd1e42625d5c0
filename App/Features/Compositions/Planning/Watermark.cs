using System.Text.Json.Serialization;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>A picture that lies over the whole film.</summary>
/// <param name="PictureId">The picture: the first half of the SHA-256 of its file.</param>
/// <param name="Corner">Where it lies.</param>
/// <param name="Width">Its width, as a share of the frame's; less where it would be higher than half of the frame.</param>
/// <param name="Opacity">0 (not seen) to 1.</param>
internal sealed record Watermark(Guid PictureId, Corner Corner, double Width, double Opacity);

/// <summary>A corner of the frame, or its middle.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Corner>))]
internal enum Corner
{
    /// <summary>Above on the left.</summary>
    [JsonStringEnumMemberName("topLeft")] TopLeft,

    /// <summary>Above on the right.</summary>
    [JsonStringEnumMemberName("topRight")] TopRight,

    /// <summary>Below on the left.</summary>
    [JsonStringEnumMemberName("bottomLeft")] BottomLeft,

    /// <summary>Below on the right.</summary>
    [JsonStringEnumMemberName("bottomRight")] BottomRight,

    /// <summary>In the middle.</summary>
    [JsonStringEnumMemberName("centre")] Centre,
}
