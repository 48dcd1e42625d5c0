using System.Text.Json;

namespace Downbeat.Media;

/// <summary>What a finished film says of itself to a player.</summary>
/// <param name="VideoCodec">ffmpeg's name of the codec of the pictures; empty without pictures.</param>
/// <param name="VideoProfile">Its profile: High.</param>
/// <param name="VideoLevel">Its level times ten; 0 when it has none.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="PixelFormat">ffmpeg's name of the pixel format.</param>
/// <param name="FrameRate">Average frames per second; null without pictures.</param>
/// <param name="AudioCodec">ffmpeg's name of the codec of the sound; empty without sound.</param>
/// <param name="AudioProfile">Its profile: LC.</param>
/// <param name="SampleRateHz">Samples per second and channel; 0 without sound.</param>
/// <param name="Channels">Channels of the sound; 0 without sound.</param>
/// <param name="IsIndexFirst">Whether the table of contents stands before the media, so that playing begins before the whole file is there.</param>
internal sealed record DeliveryFacts(
    string VideoCodec, string VideoProfile, int VideoLevel, int Width, int Height, string PixelFormat, Ratio? FrameRate,
    string AudioCodec, string AudioProfile, int SampleRateHz, int Channels, bool IsIndexFirst);

/// <summary>Reads from outside what the studio has made itself: what players of all kinds will be told about it.</summary>
internal static class DeliveryProbe
{
    /// <summary>Asks ffprobe about the first streams of pictures and of sound of an MP4, and looks where its table of contents stands.</summary>
    /// <exception cref="MediaFailure">The file cannot be read.</exception>
    public static async Task<DeliveryFacts> ReadAsync(Ffmpeg ffmpeg, string path, CancellationToken stop)
    {
        var json = await ffmpeg.AskAsync(
            "ffprobe",
            ["-v", "error", "-of", "json", "-show_entries", "stream=codec_type,codec_name,profile,level,width,height,pix_fmt,avg_frame_rate,sample_rate,channels", "-protocol_whitelist", "file", "-format_whitelist", "mov", "-i", "file:" + path],
            RunLimits.Short,
            stop).ConfigureAwait(false);
        return Parse(json, IsIndexFirst(path));
    }

    /// <summary>Reads ffprobe's answer.</summary>
    public static DeliveryFacts Parse(string json, bool isIndexFirst)
    {
        using var answer = JsonDocument.Parse(json);
        var streams = answer.RootElement.GetProperty("streams").EnumerateArray().ToList();
        var video = streams.Find(stream => Text(stream, "codec_type") == "video");
        var audio = streams.Find(stream => Text(stream, "codec_type") == "audio");
        return new(
            Text(video, "codec_name"), Text(video, "profile"), Number(video, "level"), Number(video, "width"), Number(video, "height"), Text(video, "pix_fmt"), Ratio.Parse(Text(video, "avg_frame_rate")),
            Text(audio, "codec_name"), Text(audio, "profile"), Number(audio, "sample_rate"), Number(audio, "channels"), isIndexFirst);
    }

    private static string Text(JsonElement stream, string name) =>
        stream.ValueKind == JsonValueKind.Object && stream.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static int Number(JsonElement stream, string name) => int.TryParse(Text(stream, name), out var number) ? number : 0;

    private static bool IsIndexFirst(string path)
    {
        using var file = File.OpenRead(path);
        return Mp4Boxes.Between(file, 0, file.Length).FirstOrDefault(box => box.Type is "moov" or "mdat").Type == "moov";
    }
}
