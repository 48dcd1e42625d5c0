using Downbeat.Media;

namespace Downbeat.Tests.Support;

/// <summary>Reads what the pictures of a film made of <see cref="FrameCodedClip"/>s say.</summary>
internal static class FrameCodedClipReader
{
    /// <summary>Decodes every picture; null where it says nothing. <paramref name="area"/> is where a clip of a given number stands in the picture; the whole of it when absent.</summary>
    public static async Task<List<(int Id, int Frame)?>> ReadAsync(
        Ffmpeg ffmpeg, string film, int width, int height, Func<int, (int X, int Y, int Width, int Height)>? area = null)
    {
        var read = new List<(int, int)?>();
        await foreach (var picture in GrayAsync(ffmpeg, film, width, height))
        {
            read.Add(Read(picture, width, (0, 0, width, height)) ?? AreaOf(picture, width, area));
        }

        return read;
    }

    /// <summary>All pictures of a film as gray bytes, row by row.</summary>
    public static async IAsyncEnumerable<byte[]> GrayAsync(Ffmpeg ffmpeg, string film, int width, int height)
    {
        var pictures = System.Threading.Channels.Channel.CreateUnbounded<byte[]>();
        var picture = new byte[width * height];
        var filled = 0;
        var run = ffmpeg.PipeAsync(
            ["-i", film, "-an", "-vf", "format=gray", "-vsync", "passthrough", "-f", "rawvideo", "pipe:1"],
            RunLimits.Render,
            (bytes, _) =>
            {
                while (bytes.Length > 0)
                {
                    var taken = Math.Min(bytes.Length, picture.Length - filled);
                    bytes.Span[..taken].CopyTo(picture.AsSpan(filled));
                    bytes = bytes[taken..];
                    filled += taken;
                    if (filled == picture.Length)
                    {
                        pictures.Writer.TryWrite(picture);
                        (picture, filled) = (new byte[width * height], 0);
                    }
                }

                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        _ = run.ContinueWith(ended => pictures.Writer.TryComplete(ended.Exception), TaskScheduler.Default);
        await foreach (var finished in pictures.Reader.ReadAllAsync())
        {
            yield return finished;
        }

        await run;
    }

    private static (int, int)? AreaOf(byte[] picture, int width, Func<int, (int X, int Y, int Width, int Height)>? area)
    {
        for (var id = 0; area is not null && id < 16; id++)
        {
            if (Read(picture, width, area(id)) is { } code && code.Id == id)
            {
                return code;
            }
        }

        return null;
    }

    private static (int Id, int Frame)? Read(byte[] picture, int stride, (int X, int Y, int Width, int Height) area)
    {
        var code = 0;
        for (var cell = 0; cell < FrameCodedClip.Columns * FrameCodedClip.Rows; cell++)
        {
            var x = area.X + (((cell % FrameCodedClip.Columns * 2) + 1) * area.Width / (2 * FrameCodedClip.Columns));
            var y = area.Y + (((cell / FrameCodedClip.Columns * 2) + 1) * area.Height / (2 * FrameCodedClip.Rows));
            code |= picture[(y * stride) + x] > 127 ? 1 << cell : 0;
        }

        return FrameCodedClip.Decode(code);
    }
}
