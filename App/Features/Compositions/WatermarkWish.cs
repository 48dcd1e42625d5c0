using Downbeat.Features.Compositions.Planning;
using Downbeat.Http;

namespace Downbeat.Features.Compositions;

/// <summary>A picture over the whole video, as it is asked for.</summary>
/// <param name="PictureId">A picture that was sent to /songs/{id}/watermarks.</param>
/// <param name="Corner">topLeft, topRight, bottomLeft, bottomRight or centre; bottomRight when null.</param>
/// <param name="Width">Its width as a share of the video's, 0.02 to 1; 0.15 when null.</param>
/// <param name="Opacity">0.05 to 1; 0.8 when null.</param>
public sealed record WatermarkWish(Guid? PictureId, string? Corner, double? Width, double? Opacity)
{
    /// <exception cref="StudioProblem">400 <c>request.field</c>.</exception>
    internal Watermark Read() => new(
        PictureId ?? throw StudioProblem.Field("watermark.pictureId", "watermark.pictureId names a picture that was sent to /songs/{id}/watermarks."),
        Choices.Read<Corner>(Corner, "watermark.corner") ?? Planning.Corner.BottomRight,
        CompositionSettings.InRange(Width ?? 0.15, 0.02, 1, "watermark.width"),
        CompositionSettings.InRange(Opacity ?? 0.8, 0.05, 1, "watermark.opacity"));
}
