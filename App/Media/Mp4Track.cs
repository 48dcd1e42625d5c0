namespace Downbeat.Media;

/// <summary>Changes in the table of contents of an MP4 that ffmpeg has no option for.</summary>
internal static class Mp4Track
{
    private const int Enabled = 1;

    /// <summary>
    /// Says of all tracks of subtitles that players do not show them unless asked to. ffmpeg always switches the first one on, and words that are drawn into the pictures would be seen twice.
    /// </summary>
    /// <param name="path">An MP4; it is changed in place.</param>
    /// <returns>How many tracks were switched off.</returns>
    /// <remarks>ISO/IEC 14496-12, 8.3.2: the lowest of the 24 flags of tkhd; 8.4.3: the kind of a track stands eight bytes into hdlr.</remarks>
    public static int SwitchSubtitlesOff(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        var count = 0;
        foreach (var moov in Mp4Boxes.Between(file, 0, file.Length, "moov"))
        {
            foreach (var track in Mp4Boxes.Between(file, moov.Start, moov.End, "trak").ToList())
            {
                if (Mp4Boxes.Between(file, track.Start, track.End, "mdia").Any(media => Mp4Boxes.Between(file, media.Start, media.End, "hdlr").Any(kind => IsSubtitle(file, kind.Start))))
                {
                    var flags = Mp4Boxes.Between(file, track.Start, track.End, "tkhd").First().Start + 3;
                    file.Position = flags;
                    var value = file.ReadByte();
                    file.Position = flags;
                    file.WriteByte((byte)(value & ~Enabled));
                    count++;
                }
            }
        }

        return count;
    }

    private static bool IsSubtitle(FileStream file, long handler)
    {
        Span<byte> head = stackalloc byte[12];
        file.Position = handler;
        file.ReadExactly(head);
        return head[8..].SequenceEqual("sbtl"u8) || head[8..].SequenceEqual("text"u8) || head[8..].SequenceEqual("subt"u8);
    }
}
