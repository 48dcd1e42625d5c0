namespace Downbeat.Features.Stems.Separation;

/// <summary>Takes a separator through a song, block by block, and writes its stems. What a broken-off run wrote whole is kept: it goes on behind it.</summary>
internal static class Splitter
{
    /// <summary>Path of a stem's file in a folder.</summary>
    public static string PathOf(string folder, string stem) => Path.Combine(folder, $"{stem}.wav");

    /// <summary>Makes an engine ready for a song.</summary>
    /// <inheritdoc cref="ISeparationEngine.OpenAsync"/>
    public static async Task<ISeparator> OpenAsync(ISeparationEngine engine, int stems, MixFile mix, Action<double> progress, CancellationToken stop)
    {
        using var piece = SplitMeter.Begin("make ready");
        return await engine.OpenAsync(stems, mix, progress, stop);
    }

    /// <summary>Splits a song.</summary>
    /// <param name="separator">Splits blocks.</param>
    /// <param name="mix">The song.</param>
    /// <param name="names">What the stems are called, in the separator's order.</param>
    /// <param name="folder">Takes a file for each; may hold the beginnings of them.</param>
    /// <param name="progress">Told what share of the song is split, after each block.</param>
    /// <param name="stop">Ends the work; whole blocks stay.</param>
    /// <returns>The frame that it went on at: 0 when nothing was there.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static async Task<long> RunAsync(ISeparator separator, MixFile mix, IReadOnlyList<string> names, string folder, Action<double> progress, CancellationToken stop)
    {
        var from = WrittenBlocks(separator.BlockFrames, names, folder) * separator.BlockFrames;
        if (from >= mix.Frames)
        {
            // The last block is short, so what is there may be a whole number of blocks only by chance; the last one is done again.
            from = Math.Max(0, (mix.Frames - 1) / separator.BlockFrames * separator.BlockFrames);
        }

        List<StemFile> files = [];
        try
        {
            foreach (var name in names)
            {
                files.Add(StemFile.Write(PathOf(folder, name), from, mix.Frames));
            }

            await RunAsync(separator, mix, files, from, progress, stop);
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }

        return from;
    }

    private static async Task RunAsync(ISeparator separator, MixFile mix, List<StemFile> files, long from, Action<double> progress, CancellationToken stop)
    {
        var around = new StereoBlock(separator.BlockFrames + (2 * separator.ContextFrames));
        StereoBlock[] stems = [.. files.Select(_ => new StereoBlock(separator.BlockFrames))];
        int[][] whole = [.. files.Select(_ => new int[2 * separator.BlockFrames])];
        for (var start = from; start < mix.Frames; start += separator.BlockFrames)
        {
            stop.ThrowIfCancellationRequested();
            using (SplitMeter.Begin("read"))
            {
                mix.Read(start - separator.ContextFrames, around);
            }

            await separator.SeparateAsync(start, around, stems, stop);
            using (SplitMeter.Begin("write"))
            {
                var frames = (int)Math.Min(separator.BlockFrames, mix.Frames - start);
                WholeSamples.Fill(stems, frames, whole);
                for (var stem = 0; stem < files.Count; stem++)
                {
                    files[stem].Append(whole[stem].AsSpan(0, 2 * frames));
                }
            }

            progress(Math.Min(1, (double)(start + separator.BlockFrames) / mix.Frames));
        }

        foreach (var file in files)
        {
            file.Flush();
        }
    }

    private static long WrittenBlocks(int blockFrames, IReadOnlyList<string> names, string folder)
    {
        var least = long.MaxValue;
        foreach (var path in names.Select(name => PathOf(folder, name)))
        {
            if (!File.Exists(path))
            {
                return 0;
            }

            using var file = StemFile.Read(path);
            least = Math.Min(least, file.Frames / blockFrames);
        }

        return least;
    }
}
